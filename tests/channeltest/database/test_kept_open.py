"""Database connections that stay open while a test uses them."""

from __future__ import annotations

import pytest
from django.db import close_old_connections, connection, connections

from channeltest.database.kept_open import KeptConnections

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def closings(monkeypatch):
    """How often Django closed the connection, which is older than it may be."""
    closings = []
    connection.ensure_connection()
    monkeypatch.setattr(connections["default"], "close_at", 0)
    monkeypatch.setattr(connections["default"], "close", lambda: closings.append(True))
    return closings


def attributes():
    return set(vars(connections["default"]))


def test_kept(closings):
    kept = KeptConnections()
    kept.start()
    close_old_connections()
    assert closings == []
    kept.stop()
    close_old_connections()
    assert closings == [True]


def test_kept_means_closed_on_request(closings):
    kept = KeptConnections()
    kept.start()
    connection.close()
    assert closings == [True]
    kept.stop()


def test_let_go():
    before = attributes()
    kept = KeptConnections()
    kept.start()
    assert attributes() != before
    kept.stop()
    kept.stop()
    assert attributes() == before


@pytest.mark.parametrize("first", [0, 1])
def test_overlapping(first):
    before = attributes()
    both = [KeptConnections(), KeptConnections()]
    for kept in both:
        kept.start()
    both[first].stop()
    assert attributes() != before
    both[1 - first].stop()
    assert attributes() == before
