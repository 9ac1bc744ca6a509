from __future__ import annotations

import asyncio
import logging
import re
from typing import Any

import pytest
from channeltest.compat.redis.layer import RedisChannelLayer
from channeltest.compat.serving.layer_application import LayerApplication
from channeltest.compat.serving.layer_connection import first_to_finish, opening

from ...redis_server import RedisServer
from ..requesting import wrapped
from .bridging import Connection


def test_the_opening_of_a_request() -> None:
    scope = {
        "type": "http",
        "path": "/a/",
        "method": "GET",
        "headers": [[b"host", bytearray(b"x")]],
        "client": ("1.2.3.4", 5),
    }
    assert opening(scope, "http") == {
        "path": "/a/",
        "scheme": "http",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"x")],
        "client": ["1.2.3.4", 5],
        "server": None,
        "http_version": "1.1",
        "method": "GET",
    }


async def finish(value: Any = None) -> None:
    if isinstance(value, Exception):
        raise value


class TestFirstToFinish:
    def test_the_others_are_cancelled(self) -> None:
        ended = []

        async def wait() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.append(True)

        asyncio.run(first_to_finish(finish(), wait(), wait()))
        assert ended == [True, True]

    def test_an_error(self) -> None:
        with pytest.raises(ValueError, match="x"):
            asyncio.run(first_to_finish(asyncio.sleep(60), finish(ValueError("x"))))

    def test_an_error_of_one_that_is_cancelled_does_not_count(self) -> None:
        async def fail_at_the_end() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                raise OSError("too late")

        asyncio.run(first_to_finish(finish(), fail_at_the_end()))


class ClockLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock a test moves."""

    moved = 0.0

    def time(self) -> float:
        return super().time() + self.moved


class Records(logging.Handler):
    """Hands each text that is logged to a queue of the event loop."""

    def __init__(self, queue: asyncio.Queue[str]) -> None:
        super().__init__()
        self._queue = queue
        self._loop = asyncio.get_running_loop()

    def emit(self, record: logging.LogRecord) -> None:
        self._loop.call_soon_threadsafe(self._queue.put_nowait, record.getMessage())


class TestSilence:
    """What the log says of a connection that no worker takes."""

    @pytest.fixture
    def layer(self, redis_server: RedisServer) -> Any:
        return wrapped(RedisChannelLayer(hosts=[redis_server.url]))

    def hint(
        self, layer: Any, kind: str, seconds: float = 5, then: str | None = None, **scope: Any
    ) -> str:
        """What is logged when a connection has waited some seconds, by the loop's clock."""

        async def run() -> str:
            queue: asyncio.Queue[str] = asyncio.Queue()
            handler = Records(queue)
            logger = logging.getLogger("django.channels")
            logger.addHandler(handler)
            connection = Connection(LayerApplication(layer), **scope)
            connection.send(kind)
            try:
                while not layer.channel_statistics(kind)["messages_pending"]:
                    await asyncio.sleep(0)
                loop.moved = seconds
                if then is not None:
                    connection.send(then)
                return await asyncio.wait_for(queue.get(), 10)
            finally:
                logger.removeHandler(handler)
                connection.task.cancel()
                await asyncio.gather(connection.task, return_exceptions=True)
                layer.wake_readers()

        loop = ClockLoop()
        try:
            return loop.run_until_complete(run())
        finally:
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()

    def test_a_websocket(self, layer: Any) -> None:
        assert self.hint(layer, "websocket.connect") == (
            "the websocket at /room/ has waited 5 seconds for a worker, with 1 messages on "
            "'websocket.connect': is 'manage.py runworker' running, and enough of it?"
        )

    def test_a_handshake_that_the_server_gives_up(self, layer: Any) -> None:
        """Daphne does, after five seconds; the real ones of a busy machine are added here."""
        text = self.hint(layer, "websocket.connect", 3, "websocket.disconnect")
        assert re.match(
            r"the websocket at /room/ has waited [3-5](\.\d)? seconds for a worker, with 1 ",
            text,
        )

    def test_a_request(self, layer: Any) -> None:
        http = {"type": "http", "scheme": "http", "http_version": "1.1", "method": "GET"}
        assert self.hint(layer, "http.request", **http).startswith(
            "GET /room/ has waited 5 seconds for a worker, with 1 messages on 'http.request'"
        )
