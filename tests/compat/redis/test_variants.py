from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from channeltest.compat.redis.variants import RedisLocalChannelLayer, RedisSentinelChannelLayer
from redis.exceptions import ConnectionError

from ...redis_server import RedisServer, free_port


@pytest.fixture
def sentinel(redis_server: RedisServer, tmp_path: Path) -> Iterator[RedisServer]:
    """A Sentinel that watches the Redis of the tests as ``main``."""
    config = tmp_path / "sentinel.conf"
    config.write_text(f"sentinel monitor main {redis_server.host} {redis_server.port} 1\n")
    server = RedisServer(tmp_path, str(config), "--sentinel", ready="+monitor master main")
    server.start()
    yield server
    server.stop()


class TestSentinel:
    @pytest.mark.parametrize("services", [["main"], None])
    def test_messages_and_groups(self, sentinel: RedisServer, services: list[str] | None) -> None:
        layer = RedisSentinelChannelLayer(
            hosts=[(sentinel.host, sentinel.port)],
            services=services,
            connection_kwargs={"socket_timeout": 9},
        )
        layer.group_add("g", "work")
        layer.send_group("g", {"n": 1})
        assert layer.receive(["work"], block=True) == ("work", {"n": 1})
        assert layer.modern().hosts == [
            {
                "sentinels": [(sentinel.host, sentinel.port)],
                "sentinel_kwargs": {"socket_timeout": 9},
                "master_name": "main",
                "socket_timeout": 9,
            }
        ]

    def test_nothing_connects_before_it_is_used(self) -> None:
        layer = RedisSentinelChannelLayer(hosts=[(RedisServer.host, free_port())])
        with pytest.raises(ConnectionError, match=r"^Could not get master info from sentinel: "):
            layer.send("work", {})

    @pytest.mark.parametrize(
        ("options", "text"),
        [
            ({"services": "main"}, "must be specified as an iterable list of strings"),
            ({"services": [1]}, "Sentinel service types must be specified as strings"),
            ({"hosts": "a"}, "must be specified as an iterable list of hosts"),
            ({"hosts": ["redis://a"]}, "must be specified as tuples, not strings"),
        ],
    )
    def test_unreadable_options(self, options: dict[str, object], text: str) -> None:
        with pytest.raises(ValueError, match=text):
            RedisSentinelChannelLayer(**options)  # type: ignore[arg-type]


def test_the_local_layer_is_a_layer_on_redis(redis_server: RedisServer) -> None:
    layer = RedisLocalChannelLayer(hosts=[redis_server.url])
    layer.send("work", {"n": 1})
    assert layer.receive(["work"]) == ("work", {"n": 1})
