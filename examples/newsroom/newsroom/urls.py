from articles import views
from chat.views import show_room
from django.contrib.auth.views import LoginView

try:
    from django.urls import re_path
except ImportError:  # Django 1.11
    from django.conf.urls import url as re_path

urlpatterns = [
    re_path(r"^login/$", LoginView.as_view(), name="login"),
    re_path(r"^chat/(?P<slug>[\w-]+)/$", show_room, name="chat"),
    re_path(r"^articles/(?P<pk>[^/]+)/$", views.detail, name="article"),
    re_path(r"^articles/(?P<pk>[^/]+)/publish/$", views.publish, name="publish"),
]
