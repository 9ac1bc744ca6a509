"""Whether an app is installed, as Django says and in less time."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.apps.registry import Apps
from django.core.exceptions import AppRegistryNotReady

from channeltest.channels1.installed import is_installed

NAMES = ["django.contrib.sessions", "channeltest", "sessions", "django.contrib.sitemaps", ""]


@pytest.mark.parametrize("name", NAMES)
def test_as_django_says(name):
    assert is_installed(apps, name) is apps.is_installed(name)


def test_another_app_of_that_label(settings):
    settings.INSTALLED_APPS = ["tests.projects", "django.contrib.contenttypes"]
    assert not is_installed(apps, "somewhere.contenttypes")


def test_not_ready(monkeypatch):
    registry = Apps()
    monkeypatch.setattr(registry, "apps_ready", False)
    with pytest.raises(AppRegistryNotReady):
        is_installed(registry, "channels")
