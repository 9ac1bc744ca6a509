"""Activation by ``INSTALLED_APPS``."""

from __future__ import annotations

import os
from types import ModuleType

from django.apps import AppConfig

from .activation import install
from .checks import register_checks


class ChanneltestConfig(AppConfig):
    """Makes Channels 1's imports work from the moment Django reads ``INSTALLED_APPS``.

    List ``"channeltest"`` first: apps before it are imported without Channels 1's names (Django's
    system checks warn of those, `channeltest.checks`).
    """

    name = "channeltest"
    verbose_name = "channeltest"

    def __init__(self, app_name: str, app_module: ModuleType | None) -> None:
        super().__init__(app_name, app_module)
        install()

    def ready(self) -> None:
        """Register the system checks, and record the suite if the environment asks for it."""
        register_checks()
        if os.environ.get("CHANNELTEST_RECORD") or os.environ.get("CHANNELTEST_COMPARE"):
            from .comparison.suites.django import enable  # tests only

            enable()
