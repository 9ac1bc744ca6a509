"""What the record costs: for each message that nobody looks at, and when all of it is shown."""

from __future__ import annotations

import time
from collections.abc import Callable

from channeltest import trace
from channeltest.asgi.connection import Connection
from channeltest.comparison.canonical import Forms
from channeltest.comparison.difference import difference
from channeltest.comparison.transcript import transcript
from channeltest.record.entries import record, record_crossing
from channeltest.record.reader import collection_paused

REPLY = "websocket.send!AbCdEfGhIjKl"
EXCHANGES = 100_000
MESSAGES = 200_000


def exchange(number: int, connection: Connection) -> None:
    """Record what a client's message and the frame that answers it leave behind, five entries."""
    message = {"text": f'{{"say": {number}}}', "path": "/room/", "reply_channel": REPLY}
    answer = f'{{"said": {number}}}'
    record_crossing("send", "websocket.receive", message)
    record_crossing("receive", "websocket.receive", message)
    record("consume", "websocket.receive", message, connection)
    record("frame", "", {"type": "websocket.send", "text": answer}, connection)
    record_crossing("receive", REPLY, {"text": answer})


def recorded(exchanges: int) -> trace:
    """Return the record of a test with so many exchanges."""
    connection = Connection(exchange, {"type": "websocket", "path": "/room/"})
    connection.reply_to = (None, REPLY)
    with trace() as traced:
        for number in range(exchanges):
            exchange(number, connection)
    return traced


def compare_and_show() -> float:
    """Measure an exchange in two runs of a test: recorded, compared, and shown as text."""
    started = time.perf_counter()
    old, new = recorded(EXCHANGES // 2), recorded(EXCHANGES // 2)
    with collection_paused():
        forms = Forms()
        lines = transcript(old.events, forms=forms)
        assert len(lines) == EXCHANGES
        assert difference(lines, transcript(new.events, forms=forms)) == ""
        assert "999" in old.as_text()
    return (time.perf_counter() - started) / EXCHANGES


def nobody_looks() -> float:
    """Measure the record of one message."""
    message = {"text": "hello", "path": "/room/", "reply_channel": REPLY}
    started = time.perf_counter()
    for _ in range(MESSAGES):
        record_crossing("send", "websocket.receive", message)
    return (time.perf_counter() - started) / MESSAGES


RECORDS: dict[str, Callable[[], float]] = {
    "a message that nobody looks at": nobody_looks,
    "an exchange of 100,000: recorded, compared, shown": compare_and_show,
}
