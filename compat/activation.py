"""Activates Channels 1's imports, settings and data bindings."""

from __future__ import annotations

from collections.abc import Mapping

from channels import DEFAULT_CHANNEL_LAYER
from channels.apps import ChannelsConfig
from channels.consumer import AsyncConsumer
from django.apps import AppConfig, apps
from django.conf import settings as django_settings

from . import aliases, reply_handler, settings
from .generic.class_routes import as_route


def activate(extra_modules: Mapping[str, str] | None = None) -> None:
    """Make Channels 1's imports and settings work. Doing it twice is harmless.

    Args:
        extra_modules: More old module names and the names of their twins.
    """
    aliases.install(extra_modules)
    settings.install()
    reply_handler.install()
    # Channels 1's app config registered the bindings when Django was ready; now Channels' own
    # does again, whether it was this project's app or a call that activated us.
    ChannelsConfig.ready = _ready  # type: ignore[method-assign,assignment]
    if not hasattr(AsyncConsumer, "as_route"):
        AsyncConsumer.as_route = classmethod(as_route)  # type: ignore[attr-defined]
    if apps.ready:
        register_bindings()


def _ready(config: AppConfig) -> None:
    register_bindings()
    layer = getattr(django_settings, "CHANNEL_LAYERS", {}).get(DEFAULT_CHANNEL_LAYER, {})
    # Channels 1's development server; Daphne's own has options of the same names.
    if "ROUTING" in layer and not apps.is_installed("daphne"):
        from .hacks import monkeypatch_django  # imports management commands

        monkeypatch_django()


def register_bindings() -> None:
    """Connect all data bindings to their models' signals; later ones when they are defined."""
    from .binding.base import BindingMetaclass  # Django's apps must be loaded

    BindingMetaclass.register_all()
