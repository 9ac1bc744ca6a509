from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ...redis_server import RedisServer
from .layers import Layer, drain, on, while_waiting_on


class TestKeysOfAnotherKind:
    """asgi_redis kept lists under the names that are sorted sets now."""

    @pytest.fixture(autouse=True)
    def leftover(self, client: Any) -> None:
        for key in ("asgi:work", "asgi:reply!"):
            client.rpush(key, "asgi:0123")

    def test_sending(self, layer: Layer, log: Any) -> None:
        layer.send("work", {"n": 1})
        assert drain(layer, "work") == [("work", {"n": 1})]
        assert any("asgi:work on Redis is deleted with all that it holds" in line for line in log())

    def test_receiving(self, layer: Layer) -> None:
        assert layer.receive(["other", "work"]) == (None, None)

    def test_waiting(self, layer: Layer) -> None:
        layer.blpop_timeout = 1
        assert layer.receive(["work"], block=True) == (None, None)
        assert layer.receive_waiting("reply!") == []

    def test_looking(self, layer: Layer) -> None:
        assert layer.channel_statistics("work")["messages_pending"] == 0

    def test_a_group(self, layer: Layer, client: Any, log: Any) -> None:
        for use in (
            lambda: layer.group_add("g", "work"),
            lambda: layer.group_discard("g", "work"),
            lambda: layer.send_group("g", {"n": 1}),
        ):
            client.delete("asgi::group:g")
            client.set("asgi::group:g", "a text")
            use()
            assert any("asgi::group:g on Redis is deleted" in line for line in log())

    def test_a_member_that_is_no_text(self, layer: Layer, client: Any) -> None:
        client.zadd("asgi::group:g", {b"\xff": 9e9})
        layer.group_add("g", "other")
        layer.send_group("g", {"n": 1})
        assert drain(layer, "other") == [("other", {"n": 1})]


class TestTakingTogether:
    def test_what_has_expired(self, layer: Layer, client: Any) -> None:
        """By the server's clock; a message that is merely old is taken."""
        for number in range(3):
            layer.send(f"reply!{number}", {"number": number})
        members = client.zrange("asgi:reply!", 0, -1)
        now = client.time()[0]
        client.zadd("asgi:reply!", {members[0]: now - 61, members[1]: now - 50}, xx=True)
        assert layer.receive_waiting("reply!") == [
            ("reply!1", {"number": 1}),
            ("reply!2", {"number": 2}),
        ]

    def test_a_server_that_cannot_wait_for_several(self, tmp_path: Path) -> None:
        """One before Redis 7."""
        server = RedisServer(tmp_path, "--rename-command", "BZMPOP", "")
        server.start()
        try:
            layer = on(server)
            for number in range(2):
                layer.send("reply!a", {"number": number})
            both = [("reply!a", {"number": 0}), ("reply!a", {"number": 1})]
            assert layer.receive_waiting("reply!") == both
            with while_waiting_on(server, lambda: layer.send("reply!a", {"number": 2})):
                assert layer.receive_waiting("reply!") == [("reply!a", {"number": 2})]
        finally:
            server.stop()
