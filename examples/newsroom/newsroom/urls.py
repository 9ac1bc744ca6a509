from articles import views

try:
    from django.urls import re_path
except ImportError:  # Django 1.11
    from django.conf.urls import url as re_path

urlpatterns = [
    re_path(r"^articles/(?P<pk>[^/]+)/$", views.detail, name="article"),
    re_path(r"^articles/(?P<pk>[^/]+)/publish/$", views.publish, name="publish"),
]
