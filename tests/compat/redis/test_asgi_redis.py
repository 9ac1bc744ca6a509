"""The names of ``asgi_redis``."""

from __future__ import annotations

import builtins
from unittest import mock

import pytest
from channeltest.compat.base_layer import BaseChannelLayer
from channeltest.compat.redis import asgi_redis


@pytest.mark.parametrize("name", [name for name in asgi_redis.__all__ if name.endswith("Layer")])
def test_each_is_a_layer(name):
    assert issubclass(getattr(asgi_redis, name), BaseChannelLayer)


class TestTwisted:
    """Without a reactor: a process has one, for good."""

    @pytest.fixture
    def layer(self, redis_server):
        hosts = [(redis_server.host, redis_server.port)]
        return asgi_redis.RedisChannelLayer(hosts=hosts)

    def test_a_message(self, layer):
        threads = pytest.importorskip("twisted.internet.threads", reason="Twisted is Daphne's")
        layer.send("c", {"n": 1})
        with mock.patch.object(threads, "deferToThread", _call):
            assert layer.receive_twisted(["b", "c"]) == ("c", {"n": 1})
        assert "twisted" in layer.extensions

    def test_it_is_not_installed(self, layer):
        importing = builtins.__import__

        def hidden(name, *args, **kwargs):
            if name.startswith("twisted"):
                raise ImportError(name)
            return importing(name, *args, **kwargs)

        with mock.patch.object(builtins, "__import__", hidden):
            with pytest.raises(NotImplementedError, match="Twisted is not installed"):
                layer.receive_twisted(["c"])


def _call(function, *args, **kwargs):
    return function(*args, **kwargs)
