"""Keeps the database connections of every thread open while a test uses communicators.

The applications run in one thread and use the database in another, which may be the test's own
or asgiref's. ``close_old_connections`` must not close the test's connection in any of them
(channels#1091, channels#1110, channels#2118).
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from ..patching import Replaced


def _stay_open(self: Any) -> None:
    """In the place of ``close_if_unusable_or_obsolete``."""


class OpenConnections:
    """Makes all connections deaf to ``close_old_connections``; ``close()`` works all the time."""

    def __init__(self) -> None:
        self._replaced: Replaced | None = None

    def start(self) -> None:
        """Begin."""
        self._replaced = Replaced(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", _stay_open)

    def stop(self) -> None:
        """Put everything back; calling it again does nothing."""
        if self._replaced is not None:
            self._replaced.undo()
            self._replaced = None
