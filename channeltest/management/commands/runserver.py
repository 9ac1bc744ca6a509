"""``manage.py runserver``: Channels 1's where the settings are, else what the project had."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from channels import DEFAULT_CHANNEL_LAYER
from channels.exceptions import InvalidChannelLayerError
from django.apps import apps
from django.conf import settings
from django.core.management.commands.runserver import Command as DjangoCommand

from ...compat.advice import with_note
from ...compat.management.commands.runserver import Command as OldCommand

# The apps that bring a runserver of their own, as Django would find them without this app.
_STATICFILES = "django.contrib.staticfiles"
_OTHERS = {"daphne", _STATICFILES}

# The packages of Channels 1's layers.
_OLD_BACKENDS = ("asgiref", "asgi_redis", "asgi_ipc", "asgi_rabbitmq")


class RefusingCommand(DjangoCommand):
    """What a layer of Channels 1 without ``ROUTING`` has: no server could find its consumers."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse, as Channels 1.1.8 does.

        Raises:
            InvalidChannelLayerError: Always.
        """
        raise with_note(
            InvalidChannelLayerError(f"No ROUTING specified for {DEFAULT_CHANNEL_LAYER}"),
            'Add "ROUTING": "project.routing.channel_routing" to '
            f"CHANNEL_LAYERS[{DEFAULT_CHANNEL_LAYER!r}]. A project whose consumers are all "
            "ported has a BACKEND of Channels 4 instead, and an ASGI_APPLICATION.",
        )


def _staticfiles_come_first() -> bool:
    """Whether Channels 1 would have run the command of staticfiles instead of its own."""
    names = [config.name for config in apps.get_app_configs()]
    first = next((name for name in names if name in ("channels", _STATICFILES)), None)
    return first == _STATICFILES


def _with_static_options() -> type[DjangoCommand]:
    from django.contrib.staticfiles.management.commands.runserver import Command as StaticCommand

    class StaticOldCommand(StaticCommand, OldCommand):
        """Channels 1's command, with ``--nostatic`` and ``--insecure``."""

    return StaticOldCommand


def command_class() -> type[Any]:
    """Return the class of the command, by the settings and the installed apps."""
    layer = getattr(settings, "CHANNEL_LAYERS", {}).get(DEFAULT_CHANNEL_LAYER, {})
    module = "django.core"
    if "ROUTING" in layer:
        return _with_static_options() if _staticfiles_come_first() else OldCommand
    elif str(layer.get("BACKEND")).partition(".")[0] in _OLD_BACKENDS:
        return RefusingCommand
    else:
        installed = (config.name for config in apps.get_app_configs() if config.name in _OTHERS)
        module = next(installed, module)
    command: type[Any] = import_module(f"{module}.management.commands.runserver").Command
    return command


Command = command_class()
