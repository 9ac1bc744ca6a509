"""What is taken out of modern consumers' way, and put back."""

from __future__ import annotations

import asyncio
import contextvars
import threading

import pytest
from channels import consumer, db
from channels.generic import websocket

from channeltest.database.consumers import DeafConsumers
from channeltest.stage.stage import Stage
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


variable = contextvars.ContextVar("variable", default="unset")


class Synchronous(consumer.SyncConsumer):
    def say(self, message):
        self.heard = message["text"], variable.get(), threading.current_thread()
        variable.set("by the handler")

    def fail(self, message):
        raise LookupError("in the handler")


async def handled(message):
    """What a handler heard, and what it left in the context of its consumer."""
    variable.set("by the consumer")
    instance = Synchronous()
    await instance.dispatch(message)
    return *instance.heard, variable.get()


def on_stage(coroutine):
    stage = Stage()
    try:
        task = []
        stage.settle(lambda: task.append(stage.run(coroutine, contextvars.Context())))
        return task[0].result()
    finally:
        stage.close()


def off_stage(coroutine):
    deaf = DeafConsumers()
    deaf.start()
    try:
        return asyncio.run(coroutine)
    finally:
        deaf.stop()


@pytest.mark.parametrize("run", [on_stage, off_stage])
def test_handlers_share_their_consumers_context(run):
    text, seen, thread, left = run(handled({"type": "say", "text": "hello"}))
    assert (text, seen, left) == ("hello", "by the consumer", "by the handler")
    assert (thread is threading.current_thread()) is (run is on_stage)


@pytest.mark.parametrize("run", [on_stage, off_stage])
def test_handlers_that_fail(run):
    with pytest.raises(LookupError, match="in the handler"):
        run(handled({"type": "fail"}))


def test_dispatch_is_put_back():
    before = vars(consumer.SyncConsumer)["dispatch"]
    off_stage(handled({"type": "say", "text": "hello"}))
    assert vars(consumer.SyncConsumer)["dispatch"] is before
