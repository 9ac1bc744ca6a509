from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, render

from .models import Room


@login_required
def show_room(request, slug):
    return render(request, "chat.html", {"room": get_object_or_404(Room, slug=slug)})
