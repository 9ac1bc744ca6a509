"""Database connections that stay open while a test uses them."""

from __future__ import annotations

import pytest
from channels import consumer
from channels.generic import websocket
from django.db import close_old_connections, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from channeltest.database import sharing
from channeltest.database.sharing import KEEP_OPEN
from channeltest.patching import Patches

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
    return [
        vars(BaseDatabaseWrapper)["close_if_unusable_or_obsolete"],
        *(module.aclose_old_connections for module in (consumer, websocket)),
    ]


def test_kept(closings):
    kept = Patches(*KEEP_OPEN)
    kept.start()
    close_old_connections()
    assert closings == []
    kept.stop()
    close_old_connections()
    assert closings == [True]


def test_kept_means_closed_on_request(closings):
    kept = Patches(*KEEP_OPEN)
    kept.start()
    connection.close()
    assert closings == [True]
    kept.stop()


def test_let_go():
    before = attributes()
    kept = Patches(*KEEP_OPEN)
    kept.start()
    assert attributes() != before
    kept.stop()
    kept.stop()
    assert attributes() == before


@pytest.mark.parametrize("first", [0, 1])
def test_overlapping(first):
    before = attributes()
    both = [Patches(*KEEP_OPEN), Patches(*KEEP_OPEN)]
    for kept in both:
        kept.start()
    both[first].stop()
    assert attributes() != before
    both[1 - first].stop()
    assert attributes() == before


def test_a_mock_for_one_test_does_not_stay(monkeypatch):
    """``mock.patch("channels.db…")`` is the folk remedy for channels#1091."""
    before = attributes()
    kept = Patches(*KEEP_OPEN)
    with monkeypatch.context() as patched:
        mocked = object()
        patched.setattr(consumer, "aclose_old_connections", mocked)
        kept.start()
        assert consumer.aclose_old_connections is mocked
    kept.stop()
    assert attributes() == before


def test_ours_put_back_by_a_mock_does_nothing(closings, monkeypatch):
    kept = Patches(*KEEP_OPEN)
    kept.start()
    with monkeypatch.context() as patched:
        patched.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", lambda self: None)
        kept.stop()
    close_old_connections()
    assert closings == [True]
    # The next use finds what was there before.
    kept.start()
    kept.stop()
    assert attributes()[0] is not sharing._close_unless_kept
