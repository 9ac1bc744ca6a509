from django.apps import apps

urlpatterns = []

if apps.is_installed("django.contrib.admin"):
    from django.contrib import admin

    try:
        from django.urls import re_path
    except ImportError:  # Django 1.11
        from django.conf.urls import url as re_path

    urlpatterns.append(re_path("^admin/", admin.site.urls))
