from django.http import HttpResponse
from django.urls import path

from .models import Liveblog


def post(request, slug):
    Liveblog.objects.get(slug=slug).posts.create(body=request.POST["body"])
    return HttpResponse()


urlpatterns = [path("<slug>/", post)]
