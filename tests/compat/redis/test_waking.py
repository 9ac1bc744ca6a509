from __future__ import annotations

import threading
from typing import Any

import pytest

from ...redis_server import RedisServer
from .layers import Layer, on, while_waiting_on


class TestWakeReaders:
    @pytest.mark.parametrize(
        "receive",
        [lambda layer: layer.receive(["a"], block=True), lambda layer: layer.receive_waiting("a!")],
    )
    @pytest.mark.parametrize("servers", ["layer", "sharded"])
    def test_every_reader(self, request: pytest.FixtureRequest, servers: str, receive: Any) -> None:
        layer = request.getfixturevalue(servers)
        layer.blpop_timeout = 60
        found: list[Any] = []
        threads = [threading.Thread(target=lambda: found.append(receive(layer))) for _ in range(3)]
        for thread in threads:
            thread.start()
        layer.wake_readers()
        for thread in threads:
            thread.join(20)
            assert not thread.is_alive()
        assert found in ([(None, None)] * 3, [[]] * 3)

    def test_one_that_waits_already(self, layer: Layer, redis_server: RedisServer) -> None:
        layer.blpop_timeout = 60
        with while_waiting_on(redis_server, layer.wake_readers):
            assert layer.receive(["a"], block=True) == (None, None)

    def test_one_that_goes_on_waits_again(self, layer: Layer, redis_server: RedisServer) -> None:
        layer.blpop_timeout = 60
        with while_waiting_on(redis_server, layer.wake_readers):
            assert layer.receive(["a"], block=True) == (None, None)
        with while_waiting_on(redis_server, lambda: layer.send("a", {"n": 1})):
            assert layer.receive(["a"], block=True) == ("a", {"n": 1})

    def test_one_that_was_about_to_wait_returns_once(
        self, layer: Layer, redis_server: RedisServer
    ) -> None:
        layer.blpop_timeout = 60
        layer.wake_readers()
        assert layer.receive(["a"], block=True) == (None, None)
        with while_waiting_on(redis_server, lambda: layer.send("a", {"n": 1})):
            assert layer.receive(["a"], block=True) == ("a", {"n": 1})

    def test_messages_come_first(self, layer: Layer) -> None:
        layer.wake_readers()
        layer.send("a", {"n": 1})
        assert layer.receive(["a"], block=True) == ("a", {"n": 1})

    def test_other_processes_go_on_waiting(self, layer: Layer, redis_server: RedisServer) -> None:
        layer.wake_readers()
        other = on(redis_server)
        sender = threading.Thread(target=other.send, args=["a", {"n": 1}])
        sender.start()
        assert other.receive(["a"], block=True) == ("a", {"n": 1})
        sender.join()

    def test_nothing_is_left_behind(self, layer: Layer, client: Any) -> None:
        layer.wake_readers()
        assert client.keys() == []
