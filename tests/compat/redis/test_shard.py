from __future__ import annotations

from typing import Any

import pytest

from .layers import Layer, drain


class TestKeysOfAnotherKind:
    """asgi_redis kept lists under the names that are sorted sets now."""

    @pytest.fixture(autouse=True)
    def leftover(self, client: Any) -> None:
        for key in ("asgi:work", "asgi:reply!"):
            client.rpush(key, "asgi:0123")

    def test_sending(self, layer: Layer, log: Any) -> None:
        layer.send("work", {"n": 1})
        assert drain(layer, "work") == [("work", {"n": 1})]
        assert any("asgi:work on Redis is deleted with all its messages" in line for line in log())

    def test_receiving(self, layer: Layer) -> None:
        assert layer.receive(["other", "work"]) == (None, None)

    def test_waiting(self, layer: Layer) -> None:
        layer.blpop_timeout = 1
        assert layer.receive(["work"], block=True) == (None, None)
        assert layer.receive_waiting("reply!") == []

    def test_a_member_that_is_no_text(self, layer: Layer, client: Any) -> None:
        client.zadd("asgi::group:g", {b"\xff": 9e9})
        layer.group_add("g", "other")
        layer.send_group("g", {"n": 1})
        assert drain(layer, "other") == [("other", {"n": 1})]
