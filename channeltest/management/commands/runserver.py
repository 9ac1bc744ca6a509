"""``manage.py runserver``: Channels 1's where the settings are, else what the project had."""

from __future__ import annotations

from importlib import import_module

from channels import DEFAULT_CHANNEL_LAYER
from django.apps import apps
from django.conf import settings

# The apps that bring a runserver of their own, as Django would find them without this app.
_OTHERS = {"daphne", "django.contrib.staticfiles"}


def _module() -> str:
    layer = getattr(settings, "CHANNEL_LAYERS", {}).get(DEFAULT_CHANNEL_LAYER, {})
    if "ROUTING" in layer:
        return "channeltest.compat.management.commands.runserver"
    for config in apps.get_app_configs():
        if config.name in _OTHERS:
            return f"{config.name}.management.commands.runserver"
    return "django.core.management.commands.runserver"


Command = import_module(_module()).Command
