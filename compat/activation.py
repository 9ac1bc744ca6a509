"""Switches Channels 1's world on: its imports, its settings, its data bindings."""

from __future__ import annotations

from collections.abc import Mapping

from channels.apps import ChannelsConfig
from django.apps import AppConfig, apps

from . import aliases, settings


def activate(test_modules: Mapping[str, str]) -> None:
    """Make Channels 1's imports and settings work. Doing it twice is harmless.

    Args:
        test_modules: Old module names of the test harness, and their twins.
    """
    aliases.install(test_modules)
    settings.install()
    # Channels 1's app config registered the bindings when Django was ready; now Channels' own
    # does again, whether it was this project's app or a call that activated us.
    ChannelsConfig.ready = _ready  # type: ignore[method-assign,assignment]
    if apps.ready:
        register_bindings()


def _ready(config: AppConfig) -> None:
    register_bindings()


def register_bindings() -> None:
    """Connect every data binding to its model's signals, and those to come at their definition."""
    from .binding.base import BindingMetaclass  # Django's apps must be loaded

    BindingMetaclass.register_all()
