"""What is taken out of modern consumers' way, and put back."""

from __future__ import annotations

import asyncio

import pytest
from channels import consumer, db
from channels.generic import websocket

from channeltest.modern_connections import DeafConsumers
from tests.stage.acting import nothing_left_behind


def test_out_of_the_way():
    deaf = DeafConsumers()
    before = db.aclose_old_connections
    deaf.start()
    try:
        for module in (db, consumer, websocket):
            assert module.aclose_old_connections is not before
        assert asyncio.run(db.aclose_old_connections()) is None
        assert db.close_old_connections() is None
    finally:
        deaf.stop()
    assert db.aclose_old_connections is before


def test_stop_without_start():
    with nothing_left_behind():
        DeafConsumers().stop()


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_overlapping(order):
    everyone = [DeafConsumers() for _ in range(3)]
    with nothing_left_behind():
        for deaf in everyone:
            deaf.start()
        replaced = db.aclose_old_connections
        for number in order[:-1]:
            everyone[number].stop()
            everyone[number].stop()
            assert db.aclose_old_connections is replaced
        everyone[order[-1]].stop()


def test_async_to_sync_of_other_things_works():
    deaf = DeafConsumers()
    deaf.start()
    try:
        assert consumer.async_to_sync(asyncio.sleep)(0, "slept") == "slept"
    finally:
        deaf.stop()
