from django.http import HttpResponse
from django.urls import path

from .customers import names

urlpatterns = [path("", lambda request: HttpResponse(names()))]
