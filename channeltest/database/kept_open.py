"""Keeps database connections open while tests use them.

``close_old_connections`` runs around every consumer and every request. In a test's transaction
it finds autocommit off, takes the connection for a broken one and closes it, with all the test
has written (channels#1091, channels#2118).
"""

from __future__ import annotations

from typing import Any

from django.db import connections


class KeptConnections:
    """Makes this thread's connections deaf to ``close_old_connections``, until it is stopped.

    Starts may overlap: a connection hears again when the last one that kept it has stopped.
    ``connection.close()`` works all the time.
    """

    def __init__(self) -> None:
        self._kept: list[Any] = []

    def start(self) -> None:
        """Keep the connections of all configured databases, opened or yet to open."""
        connection: Any
        for connection in connections.all():
            keepers = vars(connection).get("_channeltest_keepers", 0)
            if not keepers:
                connection.close_if_unusable_or_obsolete = _stay_open
            connection._channeltest_keepers = keepers + 1
            self._kept.append(connection)

    def stop(self) -> None:
        """Let go; calling it again does nothing."""
        while self._kept:
            connection = self._kept.pop()
            connection._channeltest_keepers -= 1
            if not connection._channeltest_keepers:
                del connection._channeltest_keepers
                del connection.close_if_unusable_or_obsolete


def _stay_open() -> None:
    """In the place of ``close_if_unusable_or_obsolete``."""
