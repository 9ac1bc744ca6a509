"""System checks: what ``manage.py check`` reports of a project that uses channeltest."""

from __future__ import annotations

from typing import Any

import channels
import django
from django.apps import apps
from django.core.checks import CheckMessage, Error, Warning, register

from .compat.asgi import channel_layers
from .compat.redis.checks import check_prefixes
from .compat.routing import Router

# They need none of Channels 1's names, so they may come before.
_INDIFFERENT = ("channels", "daphne")

# The lowest version that is supported and the first that is not, as in the package's metadata.
SUPPORTED = {
    "Django": (django.__version__, "4.2", "6.2"),
    "Channels": (channels.__version__, "4.2.1", "4.4"),
}


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


def check_versions(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Warn of a Django or a Channels that channeltest was not tested with.

    Args:
        app_configs: The apps that Django was asked to check; of no interest here.
        **kwargs: What else Django passes to checks.

    Returns:
        The warning ``channeltest.W002`` for each.
    """
    return [
        Warning(
            f"{name} {installed} is installed; channeltest supports {name} from {lowest} to "
            f"below {end}.",
            hint=f"Install {name} {lowest} or newer, below {end}, or another channeltest.",
            id="channeltest.W002",
        )
        for name, (installed, lowest, end) in SUPPORTED.items()
        if not _numbers(lowest) <= _numbers(installed) < _numbers(end)
    ]


def _numbers(version: str) -> tuple[int, ...]:
    """The numbers at the start of a version: ``(5, 2)`` for ``5.2rc1``."""
    numbers = []
    for part in version.split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits:
            break
        numbers.append(int(digits))
    return tuple(numbers)


def check_routing(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Report a ``ROUTING`` of ``CHANNEL_LAYERS`` that cannot be imported or holds no routes.

    Args:
        app_configs: The apps that Django was asked to check; of no interest here.
        **kwargs: What else Django passes to checks.

    Returns:
        The error ``channeltest.E001`` for each layer.
    """
    errors: list[CheckMessage] = []
    for alias, config in channel_layers.configs.items():
        if "ROUTING" not in config:
            continue
        try:
            Router(config["ROUTING"])
        except Exception as error:
            reasons = [f"{type(error).__name__}: {error}", *getattr(error, "__notes__", ())]
            errors.append(
                Error(
                    f"The ROUTING of CHANNEL_LAYERS[{alias!r}] cannot be used: "
                    f"{'. '.join(reasons)}",
                    hint="ROUTING is the dotted path of a list of routes, as "
                    "'project.routing.channel_routing'. Import that module in manage.py shell.",
                    id="channeltest.E001",
                )
            )
    return errors


def register_checks() -> None:
    """Have ``manage.py check``, ``test`` and the others run the checks."""
    for check in check_position, check_versions, check_routing, check_prefixes:
        register(check, "compatibility")
