"""The one place where Django itself is changed."""

from __future__ import annotations


def monkeypatch_django() -> None:
    """Let the ``runserver`` of staticfiles inherit from the one of Channels 1.

    Projects without ``"channels"`` at the top of their apps get staticfiles' command, which
    adds two options to whatever it inherits from. Source: Channels 1.1.8.
    """
    # Here, because management commands are not for importing before the apps are ready.
    from django.contrib.staticfiles.management.commands.runserver import (
        Command as StaticRunserverCommand,
    )

    from .management.commands.runserver import Command as RunserverCommand

    StaticRunserverCommand.__bases__ = (RunserverCommand,)
