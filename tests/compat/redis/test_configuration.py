from __future__ import annotations

import json
from typing import Any

import pytest
from channeltest.compat.redis.layer import RedisChannelLayer

from ...redis_server import RedisServer
from .channels4 import modern
from .layers import Layer, drain, on


def test_hosts_are_shown_as_urls() -> None:
    layer = RedisChannelLayer(hosts=[("a", 1), "redis://b:2/3", {"host": "c", "port": 4}])
    assert layer.hosts == ["redis://a:1/0", "redis://b:2/3", {"host": "c", "port": 4}]
    assert layer.servers == [
        {"host": "a", "port": 1, "socket_timeout": None},
        {"address": "redis://b:2/3", "socket_timeout": None},
        {"host": "c", "port": 4, "socket_timeout": None},
    ]


def test_the_usual_host() -> None:
    layer = RedisChannelLayer()
    assert layer.hosts == ["redis://localhost:6379/0"]
    assert str(layer) == "RedisChannelLayer(hosts=['redis://localhost:6379/0'])"


def test_its_text_has_no_password() -> None:
    layer = RedisChannelLayer(hosts=["redis://me:secret@a:1"])
    assert str(layer) == "RedisChannelLayer(hosts=['redis://me:***@a:1'])"


def test_options_of_the_client() -> None:
    layer = RedisChannelLayer(connection_kwargs={"socket_timeout": 9, "password": "p"})
    (server,) = layer.servers
    assert (server["socket_timeout"], server["password"]) == (9, "p")


@pytest.mark.parametrize(
    "options",
    [
        {"connection_kwargs": {"socket_timeout": 2}},
        {"hosts": [{"host": "a", "port": 1, "socket_timeout": 2}]},
    ],
)
def test_a_short_socket_timeout(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"^The socket timeout must be at least 5 seconds$"):
        RedisChannelLayer(**options)


def test_connections(sharded: Layer) -> None:
    assert sharded.ring_size == 2
    assert sharded.random_index() in (0, 1)
    assert sharded.connection(None) in [sharded.connection(0), sharded.connection(1)]
    with pytest.raises(ValueError, match=r"^There are only 2 hosts - you asked for 2!$"):
        sharded.connection(2)


@pytest.mark.parametrize("name", ["g", "reply!", "x?y", "z" * 50])
def test_consistent_hash_says_where_a_group_is(sharded: Layer, name: str) -> None:
    group = name.strip("!?").replace("?", "")
    sharded.group_add(group, "channel")
    index = sharded.consistent_hash(group)
    assert index == sharded.consistent_hash(group.encode())
    assert [sharded.connection(n).dbsize() for n in range(2)] == [index == 0, index == 1]


def test_bytes_of_a_message(layer: Layer) -> None:
    message = {"text": "é", "list": [1, b"\x00", None]}
    assert layer.deserialize(layer.serialize(message)) == message
    assert layer.crypter is None


def test_keys(redis_server: RedisServer) -> None:
    layer = on(redis_server, symmetric_encryption_keys=["new", "old"])
    encrypted = layer.make_fernet("old").encrypt(layer.serialize({"n": 1}))
    assert layer.crypter.decrypt(encrypted)


class Json(RedisChannelLayer):
    """A subclass as projects have written them for asgi_redis."""

    def serialize(self, message: dict[str, Any]) -> bytes:
        return json.dumps(message).encode()

    def deserialize(self, message: bytes) -> Any:
        return json.loads(message)


def test_a_subclass_says_what_messages_are(redis_server: RedisServer, client: Any) -> None:
    layer = Json(hosts=[redis_server.url])
    layer.send("work", {"n": 1})
    layer.send("work", {"n": 1})
    assert client.zrange("asgi:work", 0, -1)[0].endswith(b'{"n": 1}')
    assert drain(layer, "work") == [("work", {"n": 1})] * 2
    layer.group_add("g", "reply!a")
    layer.group_add("g", "reply!b")
    layer.send_group("g", {"n": 2})
    assert layer.receive_waiting("reply!") == [("reply!a", {"n": 2}), ("reply!b", {"n": 2})]


def test_blpop_timeout_is_read_by_each_call(layer: Layer) -> None:
    layer.blpop_timeout = 60
    layer.send("work", {})
    assert layer.receive(["work"], block=True) == ("work", {})
    layer.blpop_timeout = 1
    assert layer.receive(["work"], block=True) == (None, None)


def test_the_client_does_not_give_up_before_the_server(redis_server: RedisServer) -> None:
    layer = on(redis_server, connection_kwargs={"socket_timeout": 5})
    layer.blpop_timeout = 60
    # An error of the client, were it to wait as long as the server.
    assert layer.receive(["work"], block=True) == (None, None)


def test_channels_4_has_the_same_servers(layer: Layer) -> None:
    assert layer.modern().hosts == layer.servers
    layer.send("work", {"n": 1})
    assert modern(layer, lambda beside: beside.receive("work")) == {"n": 1}
