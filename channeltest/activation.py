"""`install`: activates the names of Channels 1; `advice`: what to do about a failed import."""

from __future__ import annotations

import importlib
import re

# The modules of 1.1.8's test harness, and of 1.0's, whose package was ``channels.tests``.
_TEST_MODULES = {
    f"channels.{package}{module}": f"channeltest.channels1.{twin}"
    for package in ("test", "tests")
    for module, twin in {
        "": "facade",
        ".base": "facade.base",
        ".liveserver": "facade.liveserver",
        ".websocket": "wsclient",
        ".http": "wsclient",
    }.items()
}


# How Python names what an import did not find.
_MISSING = re.compile(r"^cannot import name '(\w+)' from '(\w[\w.]*)'")


def install() -> None:
    """Activate the names of Channels 1: ``channels.test``, ``channels.Group`` and all others.

    Does what ``"channeltest"`` in ``INSTALLED_APPS`` does; call it before anything that needs
    those names is imported. Calling it again does nothing.
    """
    from .compat.activation import activate  # it imports Channels, and with it asyncio

    activate(_TEST_MODULES)


def advice(error: BaseException | None) -> str:
    """Return what to do about an error, if it is the import of a name of Channels 1.

    Args:
        error: What was raised.

    Returns:
        One sentence; "" for any other error, and where Channels is not installed.
    """
    if not isinstance(error, ImportError) or not error.name or not _names_channels1(error):
        return ""
    return (
        f'{error.name} has this name in Channels 1. channeltest brings it back: list "channeltest" '
        "first in INSTALLED_APPS, or call channeltest.install() before this import (with pytest: "
        "channeltest_install = true)"
    )


def _names_channels1(error: ImportError) -> bool:
    try:
        from .compat import aliases  # it imports Channels
    except ImportError:
        return False
    if isinstance(error, ModuleNotFoundError):
        return error.name in {*aliases.ALIASES, *aliases.RETIRED, *_TEST_MODULES}
    missing = _MISSING.match(str(error))
    if missing is None or missing[2] not in aliases.MERGED:
        return False
    try:
        return hasattr(importlib.import_module(aliases.MERGED[missing[2]]), missing[1])
    except Exception:  # for example, the settings cannot be read: the error is about something else
        return False
