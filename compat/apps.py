"""Refuses to be an app: what activates Channels 1's names is the package around this one."""

from __future__ import annotations

from types import ModuleType

from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured


class CompatConfig(AppConfig):
    """What Django finds for ``"channeltest.compat"`` in ``INSTALLED_APPS``."""

    name = "channeltest.compat"

    def __init__(self, app_name: str, app_module: ModuleType | None) -> None:
        """Refuse.

        Raises:
            ImproperlyConfigured: Always.
        """
        raise ImproperlyConfigured(
            '"channeltest.compat" is no app. List "channeltest" in INSTALLED_APPS, first, in its '
            "place: that makes the imports of Channels 1 work"
        )
