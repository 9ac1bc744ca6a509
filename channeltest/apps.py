"""Activation by ``INSTALLED_APPS``."""

from __future__ import annotations

import os
from pathlib import Path
from types import ModuleType

from django.apps import AppConfig

from .activation import install
from .checks import register_checks

# What asks for the record of the suite.
_VARIABLES = (
    "CHANNELTEST_RECORD",
    "CHANNELTEST_COMPARE",
    "CHANNELTEST_UNCOVERED",
    "CHANNELTEST_REPORT",
)


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
        if any(map(os.environ.get, _VARIABLES)):
            from .comparison.suites.django import enable  # tests only
            from .report.page import reporter  # tests only

            file, before = map(os.environ.get, ("CHANNELTEST_REPORT", "CHANNELTEST_COMPARE"))
            files = before.split(os.pathsep) if before else []
            enable(reporter(Path(file).absolute(), files) if file else None)
