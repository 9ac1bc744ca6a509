from django.http import JsonResponse
from django.urls import path

from .models import Line


def say(request):
    Line.objects.create(text="said over HTTP")
    return JsonResponse(list(Line.objects.values_list("text", flat=True)), safe=False)


urlpatterns = [path("say/", say)]
