"""`communicators.open_connections`: connections stay open, in every thread."""

from __future__ import annotations

import pytest
from django.db import close_old_connections, connection

from channeltest.database.open_connections import OpenConnections


@pytest.mark.django_db
def test_until_it_is_stopped(monkeypatch):
    closed = []
    monkeypatch.setattr(connection, "close", lambda: closed.append(True))
    open_connections = OpenConnections()
    open_connections.start()
    connection.cursor().close()
    close_old_connections()
    assert closed == []
    open_connections.stop()
    open_connections.stop()
    close_old_connections()
    assert closed == [True]
