"""The settings of the harness, and whether a debugger is at work."""

from __future__ import annotations

import enum
import os
import sys
from types import FrameType
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_DEBUGGERS = {"bdb", "debugpy", "pdb", "pydevd", "_pydevd_bundle", "_pydevd_sys_monitoring"}


class Default(enum.Enum):
    """The type of `DEFAULT`, the value of a timeout that the caller leaves out."""

    DEFAULT = "the default"


DEFAULT: Final = Default.DEFAULT

Timeout = float | None | Default


def stage_bound() -> float:
    """Return the settings' ``CHANNELTEST = {"STAGE_BOUND": …}``, by default 10 seconds.

    Raises:
        ImproperlyConfigured: It is no number of seconds.
    """
    bound = getattr(settings, "CHANNELTEST", {}).get("STAGE_BOUND", 10.0)
    if isinstance(bound, bool) or not isinstance(bound, int | float) or not bound > 0:
        raise ImproperlyConfigured(
            f"CHANNELTEST['STAGE_BOUND'] is a positive number of seconds, not {bound!r}"
        )
    return float(bound)


def patience() -> float:
    """Return the settings' ``CHANNELTEST = {"PATIENCE": …}``, by default 1 second.

    Returns:
        Real seconds for which an application that handles an event is waited for, while it waits
        for something outside its event loop and nothing comes from there.

    Raises:
        ImproperlyConfigured: It is no number of seconds.
    """
    if not has_settings():
        return 1.0
    seconds = getattr(settings, "CHANNELTEST", {}).get("PATIENCE", 1.0)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not seconds >= 0:
        raise ImproperlyConfigured(
            f"CHANNELTEST['PATIENCE'] is a number of seconds, not {seconds!r}"
        )
    return float(seconds)


def timeout_setting() -> Timeout:
    """Return the settings' ``CHANNELTEST = {"TIMEOUT": …}``.

    Raises:
        ImproperlyConfigured: It is neither ``None`` nor a number of seconds.
    """
    if not has_settings():
        return DEFAULT
    timeout: Any = getattr(settings, "CHANNELTEST", {}).get("TIMEOUT", DEFAULT)
    if timeout is None or isinstance(timeout, Default):
        return timeout
    if isinstance(timeout, bool) or not isinstance(timeout, int | float) or not timeout >= 0:
        raise ImproperlyConfigured(
            f"CHANNELTEST['TIMEOUT'] is a number of seconds or None, not {timeout!r}"
        )
    return float(timeout)


def has_settings() -> bool:
    """Whether this is a Django project: communicators run any ASGI application."""
    return settings.configured or "DJANGO_SETTINGS_MODULE" in os.environ


def is_debugged() -> bool:
    """Whether a debugger is at work; coverage uses the same hooks."""
    tracer = sys.gettrace()
    if tracer is not None and _root(tracer) in _DEBUGGERS:
        return True
    monitoring = getattr(sys, "monitoring", None)
    return monitoring is not None and monitoring.get_tool(monitoring.DEBUGGER_ID) is not None


def _root(tracer: Any) -> str:
    module = getattr(tracer, "__module__", None) or type(tracer).__module__
    return str(module).partition(".")[0]


def is_at_debugger(frame: FrameType | None) -> bool:
    """Whether code that runs in ``frame`` was called by a debugger, as at its prompt."""
    while frame is not None:
        if frame.f_globals.get("__name__", "").partition(".")[0] in _DEBUGGERS:
            return True
        frame = frame.f_back
    return False


def seconds(argument: Timeout, attribute: Timeout, usual: float) -> float | None:
    """Return for how long to wait.

    Args:
        argument: The timeout of the call, in seconds; ``None`` for as long as it takes.
        attribute: The timeout of the communicator's class.
        usual: The timeout of Channels' communicators.

    Returns:
        The first of them that is not `DEFAULT`; ``CHANNELTEST = {"TIMEOUT": …}`` of the settings
        comes before ``usual``. Under a debugger ``None``.

    Raises:
        ImproperlyConfigured: The setting is no number of seconds.
    """
    if is_debugged():
        return None
    for given in (argument, attribute, timeout_setting()):
        if not isinstance(given, Default):
            return given
    return usual
