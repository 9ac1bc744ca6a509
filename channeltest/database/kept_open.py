"""Keeps database connections open while tests use them.

``close_old_connections`` runs around every consumer and every request. In a test's transaction
it finds autocommit off, takes the connection for a broken one and closes it, with all that the
test has written (channels#1091, channels#1110, channels#2118).
"""

from __future__ import annotations

from typing import Any

from channels import consumer, db
from channels.generic import http, websocket
from django.db.backends.base.base import BaseDatabaseWrapper

from ..patching import Patch


def _close_unless_kept(connection: Any) -> None:
    # A mock that was put over this one may put it back when no test needs it any more.
    if not _stays_open.is_active:
        _stays_open.original(connection)


async def _close_nothing() -> None:
    """Do nothing, in the place of ``aclose_old_connections``."""


_stays_open = Patch(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", _close_unless_kept)

# Channels awaits a round trip to the database's thread before every event, for this call. Each
# module has it by a name of its own.
_needless_calls = [
    Patch(module, "aclose_old_connections", _close_nothing, instead_of=db.aclose_old_connections)
    for module in (consumer, http, websocket)
]


# What keeps the connections of all threads open: ``close_old_connections`` then closes nothing, and
# ``connection.close()`` works all the time.
KEEP_OPEN = (_stays_open, *_needless_calls)
