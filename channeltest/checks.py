"""A system check: ``"channeltest"`` comes first in ``INSTALLED_APPS``."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Warning, register

# They need none of Channels 1's names, so they may come before.
_INDIFFERENT = ("channels", "daphne")


def check_position(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Warn of apps that were imported before Channels 1's names were there.

    Args:
        app_configs: The apps that Django was asked to check; of no interest here.
        **kwargs: What else Django passes to checks.

    Returns:
        The warning ``channeltest.W001``, or nothing.
    """
    names = [config.name for config in apps.get_app_configs()]
    before = [
        name
        for name in names[: names.index("channeltest")]
        if not name.startswith("django.") and name not in _INDIFFERENT
    ]
    if not before:
        return []
    return [
        Warning(
            f'"channeltest" stands behind {", ".join(map(repr, before))} in INSTALLED_APPS, '
            "which Django imports without the names of Channels 1.",
            hint='List "channeltest" first in INSTALLED_APPS.',
            id="channeltest.W001",
        )
    ]


def register_checks() -> None:
    """Have ``manage.py check``, ``test`` and the others run the check."""
    register(check_position, "compatibility")
