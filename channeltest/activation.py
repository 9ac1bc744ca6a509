"""`install`: activates the names of Channels 1."""

from __future__ import annotations

# The modules of 1.1.8's test harness, and of 1.0's, whose package was ``channels.tests``.
_TEST_MODULES = {
    f"channels.{package}{module}": f"channeltest.channels1.facade{twin}"
    for package in ("test", "tests")
    for module, twin in {
        "": "",
        ".base": ".base",
        ".http": ".websocket",
        ".liveserver": ".liveserver",
        ".websocket": ".websocket",
    }.items()
}


def install() -> None:
    """Activate the names of Channels 1: ``channels.test``, ``channels.Group`` and all others.

    Does what ``"channeltest"`` in ``INSTALLED_APPS`` does; call it before anything that needs
    those names is imported. Calling it again does nothing.
    """
    from .compat.activation import activate  # it imports Channels, and with it asyncio

    activate(_TEST_MODULES)
