from __future__ import annotations

import multiprocessing
import subprocess
import sys
import threading
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from channels.layers import ChannelLayerManager as ModernLayerManager
from channels_redis.core import RedisChannelLayer as ModernRedisChannelLayer
from channeltest.compat.asgi import channel_layers
from channeltest.compat.redis.layer import RedisChannelLayer
from django.test import override_settings
from redis import Connection
from redis.exceptions import ConnectionError

from ...conformance.published import conformance_test_case
from ...redis_server import RedisServer, free_port
from .channels4 import modern
from .layers import drain, grow_older, on, while_waiting_on

Layer = RedisChannelLayer


class TestChannels:
    def test_messages_come_in_order(self, layer: Layer) -> None:
        for n in range(50):
            layer.send("work", {"n": n})
        assert drain(layer, "work") == [("work", {"n": n}) for n in range(50)]

    def test_nothing_there(self, layer: Layer) -> None:
        assert layer.receive(["work"]) == (None, None)

    def test_no_channels(self, layer: Layer) -> None:
        assert layer.receive([]) == (None, None)

    def test_receive_under_its_old_name(self, layer: Layer) -> None:
        layer.send("work", {"n": 1})
        assert layer.receive_many(["other", "work"]) == ("work", {"n": 1})

    def test_no_channel_starves_another(self, layer: Layer) -> None:
        for n in range(60):
            layer.send(f"work{n % 2}", {})
        first = [layer.receive(["work0", "work1"])[0] for _ in range(30)]
        assert set(first) == {"work0", "work1"}

    def test_what_msgpack_carries(self, layer: Layer) -> None:
        message = {"text": "é", "bytes": b"\xff", "none": None, "dict": {1: [1.5, True]}}
        layer.send("work", message)
        assert layer.receive(["work"]) == ("work", message)

    def test_equal_messages_are_two(self, layer: Layer) -> None:
        layer.send("work", {})
        layer.send("work", {})
        assert len(drain(layer, "work")) == 2

    def test_process_local_channels(self, layer: Layer) -> None:
        layer.send("reply.me!one", {"n": 1})
        layer.send("reply.me!two", {"n": 2})
        assert drain(layer, "reply.me!") == [
            ("reply.me!one", {"n": 1}),
            ("reply.me!two", {"n": 2}),
        ]

    def test_single_reader_channels(self, layer: Layer) -> None:
        name = layer.new_channel("http.response?")
        layer.send(name, {"status": 200})
        assert layer.receive([name]) == (name, {"status": 200})

    def test_new_channels_differ(self, layer: Layer) -> None:
        assert layer.new_channel("x?") != layer.new_channel("x?")

    def test_the_message_sent_is_left_alone(self, layer: Layer) -> None:
        message = {"n": 1}
        layer.send("reply!one", message)
        assert message == {"n": 1}


class TestBlocking:
    def test_a_message_that_is_there(self, layer: Layer) -> None:
        layer.send("work", {"n": 1})
        assert layer.receive(["work"], block=True) == ("work", {"n": 1})

    def test_a_message_that_comes(self, layer: Layer, redis_server: RedisServer) -> None:
        with while_waiting_on(redis_server, lambda: layer.send("work", {"n": 1})):
            assert layer.receive(["other", "work"], block=True) == ("work", {"n": 1})

    def test_a_message_from_channels_4(self, layer: Layer, redis_server: RedisServer) -> None:
        def send() -> None:
            modern(layer, lambda beside: beside.send("work", {"n": 1}))

        with while_waiting_on(redis_server, send):
            assert layer.receive(["other", "work"], block=True) == ("work", {"n": 1})

    def test_no_message_comes(self, layer: Layer) -> None:
        layer.blpop_timeout = 1
        assert layer.receive(["other", "work"], block=True) == (None, None)

    def test_over_several_servers(self, sharded: Layer, redis_server: RedisServer) -> None:
        with while_waiting_on(redis_server, lambda: sharded.send("work", {"n": 1})):
            assert sharded.receive(["other", "work"], block=True) == ("work", {"n": 1})


class TestRefusals:
    @pytest.mark.parametrize("message", [None, [], "text"])
    def test_no_dict(self, layer: Layer, message: Any) -> None:
        with pytest.raises(AssertionError, match=r"^message is not a dict$"):
            layer.send("work", message)

    def test_the_layers_own_key(self, layer: Layer) -> None:
        with pytest.raises(AssertionError, match="__asgi_channel__"):
            layer.send("work", {"__asgi_channel__": "x"})

    def test_channel_names(self, layer: Layer) -> None:
        for use in (lambda: layer.send("a b", {}), lambda: layer.receive(["a b"])):
            with pytest.raises(TypeError, match="Channel name must be"):
                use()

    def test_group_names(self, layer: Layer) -> None:
        for use in (
            lambda: layer.send_group("a b", {}),
            lambda: layer.group_add("a b", "c"),
            lambda: layer.group_discard("a b", "c"),
        ):
            with pytest.raises(TypeError, match="Group name must be"):
                use()

    def test_what_msgpack_cannot_carry(self, layer: Layer) -> None:
        with pytest.raises(TypeError, match=r"can.not serialize .* a primary key"):
            layer.send("work", {"user": object()})
        assert layer.receive(["work"]) == (None, None)

    @pytest.mark.parametrize("pattern", ["x", "x!", b"x?"])
    def test_new_channel_patterns(self, layer: Layer, pattern: Any) -> None:
        with pytest.raises(AssertionError, match="New channel pattern must"):
            layer.new_channel(pattern)

    def test_before_a_consumer_ends(self, layer: Layer) -> None:
        with pytest.raises(AssertionError, match="not a dict"):
            layer.verify_send("work", [])  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="Group name"):
            layer.verify_send_group("a b", {})


class TestCapacity:
    def test_full(self, redis_server: RedisServer) -> None:
        layer = on(redis_server, capacity=2)
        layer.send("work", {})
        layer.send("work", {})
        with pytest.raises(layer.ChannelFull) as caught:
            layer.send("work", {})
        assert caught.value.args == ()
        assert len(drain(layer, "work")) == 2

    def test_by_pattern(self, redis_server: RedisServer) -> None:
        layer = on(redis_server, capacity=1, channel_capacity={"http.*": 3})
        for _ in range(3):
            layer.send("http.request", {})
        layer.send("work", {})
        for full in ("http.request", "work"):
            with pytest.raises(layer.ChannelFull):
                layer.send(full, {})

    def test_what_is_received_makes_room(self, redis_server: RedisServer) -> None:
        layer = on(redis_server, capacity=1)
        layer.send("work", {})
        layer.receive(["work"])
        layer.send("work", {})

    def test_a_group_drops_what_finds_no_room(self, redis_server: RedisServer) -> None:
        layer = on(redis_server, capacity=1)
        layer.group_add("g", "narrow")
        layer.group_add("g", "roomy")
        layer.send("narrow", {"n": 0})
        layer.send_group("g", {"n": 1})
        assert sorted(drain(layer, "narrow", "roomy")) == [
            ("narrow", {"n": 0}),
            ("roomy", {"n": 1}),
        ]


class TestGroups:
    def test_members_get_the_message(self, layer: Layer) -> None:
        layer.group_add("g", "one")
        layer.group_add("g", "two?x")
        layer.send_group("g", {"n": 1})
        assert sorted(drain(layer, "one", "two?x")) == [("one", {"n": 1}), ("two?x", {"n": 1})]

    def test_those_who_left_do_not(self, layer: Layer) -> None:
        layer.group_add("g", "one")
        layer.group_discard("g", "one")
        layer.group_discard("g", "never")
        layer.send_group("g", {"n": 1})
        assert layer.receive(["one"]) == (None, None)

    def test_its_channels(self, layer: Layer) -> None:
        layer.group_add("g", "one")
        layer.group_add("g", "two!x")
        assert layer.group_channels("g") == ["one", "two!x"]
        assert layer.group_channels("empty") == []

    def test_the_channels_of_one_process_get_messages_of_their_own(self, layer: Layer) -> None:
        for name in ("reply!a", "reply!b", "reply!c"):
            layer.group_add("g", name)
        layer.send_group("g", {"list": []})
        layer.send_group("g", {"list": [2]})
        received = drain(layer, "reply!")
        received[0][1]["list"].append("mine")
        assert received[1:] == [
            *(("reply!b", {"list": []}), ("reply!c", {"list": []})),
            *((f"reply!{name}", {"list": [2]}) for name in "abc"),
        ]

    def test_more_members_than_one_script_fills(self, layer: Layer, client: Any) -> None:
        for n in range(600):
            layer.group_add("g", f"channel{n}")
        layer.send_group("g", {})
        assert len(client.keys("asgi:channel*")) == 600


class TestExpiry:
    def test_of_messages(self, layer: Layer, client: Any) -> None:
        layer.send("work", {"n": 1})
        layer.send("work", {"n": 2})
        (oldest,) = client.zrange("asgi:work", 0, 0)
        client.zincrby("asgi:work", -61, oldest)
        assert drain(layer, "work") == [("work", {"n": 2})]

    def test_an_expired_message_takes_no_room(self, redis_server: RedisServer, client: Any) -> None:
        layer = on(redis_server, capacity=1)
        layer.send("work", {"n": 1})
        client.zincrby("asgi:work", -61, client.zrange("asgi:work", 0, 0)[0])
        layer.send("work", {"n": 2})
        assert drain(layer, "work") == [("work", {"n": 2})]

    def test_of_channels_that_nobody_reads(self, layer: Layer, client: Any) -> None:
        layer.send("work", {})
        assert 59_000 < client.pttl("asgi:work") <= 60_000

    def test_of_memberships(self, layer: Layer, client: Any) -> None:
        layer.group_add("g", "old")
        layer.group_add("g", "young")
        client.zincrby("asgi::group:g", -86401, "old")
        assert layer.group_channels("g") == ["young"]

    def test_a_fast_clock_lets_nobody_overtake(self, layer: Layer, client: Any) -> None:
        layer.send("work", {"n": 1})
        client.zincrby("asgi:work", 30, client.zrange("asgi:work", 0, 0)[0])
        layer.send("work", {"n": 2})
        assert [message["n"] for _, message in drain(layer, "work")] == [1, 2]


class TestFlush:
    def test_forgets_all(self, layer: Layer, client: Any) -> None:
        layer.send("work", {})
        layer.group_add("g", "reply!a")
        layer.group_add("g", "reply!b")
        layer.send_group("g", {})
        layer.receive(["reply!"])
        layer.flush()
        assert layer.receive(["work", "reply!"]) == (None, None)
        assert client.dbsize() == 0

    def test_leaves_what_is_not_its_own(self, redis_server: RedisServer, client: Any) -> None:
        layer = on(redis_server, prefix="a*", stats_prefix="a*")
        layer.send("work", {})
        client.set("abc", 1)
        layer.flush()
        assert client.keys() == [b"abc"]


class TestBesideChannels4:
    """A consumer on channels_redis and one of Channels 1, on one Redis with one prefix."""

    def test_a_channel_to_channels_4(self, layer: Layer) -> None:
        layer.send("work", {"n": 1})
        assert modern(layer, lambda beside: beside.receive("work")) == {"n": 1}

    def test_a_channel_to_channels_1(self, layer: Layer) -> None:
        modern(layer, lambda beside: beside.send("work", {"n": 1}))
        assert layer.receive(["work"]) == ("work", {"n": 1})

    def test_a_reply_to_channels_4(self, layer: Layer) -> None:
        async def use(beside: Any) -> Any:
            name = await beside.new_channel()
            layer.send(name, {"n": 1})
            return await beside.receive(name)

        assert modern(layer, use) == {"n": 1}

    def test_a_reply_to_channels_1(self, layer: Layer) -> None:
        modern(layer, lambda beside: beside.send("websocket.send!a", {"n": 1}))
        assert layer.receive(["websocket.send!"]) == ("websocket.send!a", {"n": 1})

    def test_a_group_joined_by_channels_4(self, layer: Layer) -> None:
        async def use(beside: Any) -> Any:
            names = [await beside.new_channel() for _ in range(2)]
            for name in [*names, "plain"]:
                await beside.group_add("g", name)
            layer.send_group("g", {"n": 1})
            return [await beside.receive(name) for name in [*names, "plain"]]

        assert modern(layer, use) == [{"n": 1}] * 3

    def test_a_group_joined_by_channels_1(self, layer: Layer) -> None:
        names = ["plain", "reply!a", "reply!b", "single?x"]
        for name in names:
            layer.group_add("g", name)
        modern(layer, lambda beside: beside.group_send("g", {"n": 1}))
        assert sorted(drain(layer, "plain", "reply!", "single?x")) == [
            (name, {"n": 1}) for name in names
        ]

    def test_a_group_left_on_the_other_side(self, layer: Layer) -> None:
        layer.group_add("g", "one")
        modern(layer, lambda beside: beside.group_discard("g", "one"))
        assert layer.group_channels("g") == []

    def test_both_count_against_the_capacity(self, redis_server: RedisServer) -> None:
        layer = on(redis_server, capacity=2)
        layer.send("work", {})
        modern(layer, lambda beside: beside.send("work", {}))
        with pytest.raises(layer.ChannelFull):
            layer.send("work", {})
        with pytest.raises(layer.ChannelFull):
            modern(layer, lambda beside: beside.send("work", {}))

    def test_encrypted(self, redis_server: RedisServer, client: Any) -> None:
        layer = on(redis_server, symmetric_encryption_keys=["new", "old"])
        layer.send("work", {"n": "secret"})
        assert b"secret" not in client.zrange("asgi:work", 0, 0)[0]
        assert modern(layer, lambda beside: beside.receive("work")) == {"n": "secret"}
        old = on(redis_server, symmetric_encryption_keys=["old"])
        modern(old, lambda beside: beside.send("work", {"n": 2}))
        assert layer.receive(["work"]) == ("work", {"n": 2})

    def test_over_several_servers(self, sharded: Layer) -> None:
        names = [f"reply{n}!a" for n in range(10)] + [f"single{n}?a" for n in range(10)]
        for n in range(10):
            sharded.group_add(f"g{n}", names[n])
            sharded.group_add(f"g{n}", names[n + 10])

        async def use(beside: Any) -> list[Any]:
            for n in range(10):
                await beside.group_send(f"g{n}", {"n": n})
            mine = [await beside.new_channel(f"specific{n}") for n in range(10)]
            received = []
            for n, name in enumerate(mine):
                sharded.send(name, {"n": n})
                received.append(await beside.receive(name))
            return received

        assert modern(sharded, use) == [{"n": n} for n in range(10)]
        for n in range(10):
            assert sharded.receive([f"reply{n}!"]) == (names[n], {"n": n})
            assert sharded.receive([names[n + 10]]) == (names[n + 10], {"n": n})

    def test_all_of_several_servers_are_used(self, sharded: Layer) -> None:
        for n in range(40):
            sharded.send("work", {})
            sharded.send(f"reply{n}!a", {})
        sizes = [sharded.connection(index).zcard("asgi:work") for index in range(2)]
        assert sum(sizes) == 40
        assert all(sizes)
        assert len(drain(sharded, "work")) == 40
        assert sharded.channel_statistics("work")["messages_count"] == 40

    def test_options_of_channels_redis(self, redis_server: RedisServer, client: Any) -> None:
        hosts = [{"host": redis_server.host, "port": redis_server.port, "db": 1}]
        layer = RedisChannelLayer(hosts=hosts, prefix="p", serializer_format="json")
        layer.send("work", {"n": 1})
        client.select(1)
        assert client.zrange("pwork", 0, -1)[0].endswith(b'{"n": 1}')
        assert modern(layer, lambda beside: beside.receive("work")) == {"n": 1}
        layer.flush()


class TestTogether:
    def test_order_and_own_errors(self, layer: Layer) -> None:
        layer.capacity = 2
        errors = layer.send_together(
            [
                ("a", {"n": 1}),
                ("b!x", {"n": 2}),
                ("a", {"n": 3}),
                ("a", {"n": 4}),
                ("?", {}),
                ("b", []),
            ]  # type: ignore[list-item]
        )
        assert [type(error) for error in errors] == [
            *[type(None)] * 3,
            layer.ChannelFull,
            TypeError,
            AssertionError,
        ]
        assert [drain(layer, "a"), drain(layer, "b!")] == [
            [("a", {"n": 1}), ("a", {"n": 3})],
            [("b!x", {"n": 2})],
        ]

    def test_over_shards(self, sharded: Layer) -> None:
        sent = [(f"r{n}!x", {"n": n}) for n in range(20)]
        assert sharded.send_together(sent) == [None] * 20
        for channel, message in sent:
            assert sharded.receive_waiting(channel[:-1]) == [(channel, message)]

    def test_what_waits_is_taken_at_once(self, layer: Layer) -> None:
        layer.group_add("g", "r!1")
        layer.group_add("g", "r!2")
        layer.send("r!1", {"n": 1})
        layer.send_group("g", {"n": 2})
        assert layer.receive_waiting("r!") == [
            ("r!1", {"n": 1}),
            ("r!1", {"n": 2}),
            ("r!2", {"n": 2}),
        ]

    def test_waiting_for_the_first(self, layer: Layer) -> None:
        sender = threading.Thread(target=layer.send, args=["r!1", {"n": 1}])
        sender.start()
        assert layer.receive_waiting("r!") == [("r!1", {"n": 1})]
        sender.join()


class TestSendingAndTaking:
    def test_both(self, layer: Layer) -> None:
        layer.send("work", {"n": 1})
        assert layer.send_and_receive([("r!1", {"n": 2})], ["work"]) == (
            [None],
            ("work", {"n": 1}),
        )
        assert drain(layer, "r!") == [("r!1", {"n": 2})]

    def test_one_round_trip(self, layer: Layer) -> None:
        layer.send_and_receive([("r!1", {})], ["work"])
        sent = []
        send = Connection.send_packed_command
        with mock.patch.object(
            Connection,
            "send_packed_command",
            lambda *args, **kwargs: (sent.append(args), send(*args, **kwargs))[1],
        ):
            layer.send_and_receive([("r!1", {}), ("r!2", {})], ["work", "other"])
        assert len(sent) == 1

    def test_it_does_not_wait(self, layer: Layer) -> None:
        assert layer.send_and_receive([("r!1", {})], ["work"]) == ([None], (None, None))

    def test_what_was_just_sent(self, layer: Layer) -> None:
        assert layer.send_and_receive([("work", {"n": 1})], ["work"])[1] == ("work", {"n": 1})

    def test_no_channels(self, layer: Layer) -> None:
        assert layer.send_and_receive([("work", {"n": 1})], []) == ([None], (None, None))
        assert drain(layer, "work") == [("work", {"n": 1})]

    def test_own_errors(self, layer: Layer) -> None:
        layer.capacity = 1
        errors, received = layer.send_and_receive(
            [("?", {}), ("a", {"n": 1}), ("a", {"n": 2})], ["b"]
        )
        assert [type(error) for error in errors] == [TypeError, type(None), layer.ChannelFull]
        assert received == (None, None)

    def test_nothing_that_can_be_sent(self, layer: Layer) -> None:
        layer.send("work", {"n": 1})
        errors, received = layer.send_and_receive([("?", {})], ["work"])
        assert type(errors[0]) is TypeError
        assert received in [(None, None), ("work", {"n": 1})]

    def test_more_than_one_script_sends(self, layer: Layer) -> None:
        layer.capacity = 2000
        errors, received = layer.send_and_receive(
            [("work", {"n": n}) for n in range(600)], ["work"]
        )
        assert errors == [None] * 600
        assert received == ("work", {"n": 0})

    def test_a_message_that_cannot_be_read(self, layer: Layer, client: Any) -> None:
        client.zadd("asgi:work", {"no message": 9e9})
        assert layer.send_and_receive([("r!1", {})], ["work"]) == ([None], (None, None))

    def test_a_key_of_another_kind(self, layer: Layer, client: Any) -> None:
        for key in ("asgi:work", "asgi:r!"):
            client.rpush(key, "asgi:0123")
        assert layer.send_and_receive([("r!1", {"n": 1})], ["work"]) == ([None], (None, None))
        assert drain(layer, "r!") == [("r!1", {"n": 1})]

    def test_no_channel_starves_another(self, layer: Layer) -> None:
        for channel in ["a", "b"] * 50:
            layer.send(channel, {})
        taken = [layer.send_and_receive([("r!1", {})], ["a", "b"])[1][0] for _ in range(50)]
        assert set(taken) == {"a", "b"}

    def test_over_shards(self, sharded: Layer) -> None:
        sharded.send("work", {"n": 1})
        sent = [(f"r{n}!x", {"n": n}) for n in range(20)]
        assert sharded.send_and_receive(sent, ["work"]) == ([None] * 20, ("work", {"n": 1}))
        for channel, message in sent:
            assert sharded.receive_waiting(channel[:-1]) == [(channel, message)]


class TestServerGone:
    def test_nothing_connects_before_it_is_used(self) -> None:
        layer = RedisChannelLayer(hosts=[(RedisServer.host, free_port())])
        layer.modern()
        with pytest.raises(ConnectionError):
            layer.send("work", {})

    def test_stopped_and_started(self, tmp_path: Path) -> None:
        server = RedisServer(tmp_path)
        server.start()
        try:
            layer = on(server)
            layer.send("work", {})
            server.stop()
            for use in (
                lambda: layer.send("work", {}),
                lambda: layer.receive(["work"], block=True),
                lambda: layer.group_add("g", "work"),
                lambda: layer.send_group("g", {}),
            ):
                with pytest.raises(ConnectionError, match="refused"):
                    use()
            server.start()
            layer.send("work", {"n": 1})
            assert layer.receive(["work"], block=True) == ("work", {"n": 1})
        finally:
            server.stop()

    def test_stopped_under_a_receiver(self, tmp_path: Path) -> None:
        server = RedisServer(tmp_path)
        server.start()
        with while_waiting_on(server, server.stop), pytest.raises(ConnectionError):
            on(server).receive(["work"], block=True)


@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
def test_a_forked_process_has_connections_of_its_own(layer: Layer) -> None:
    layer.send("work", {"n": 0})
    child = multiprocessing.get_context("fork").Process(target=_send_many, args=[layer])
    child.start()
    _send_many(layer)
    child.join()
    assert child.exitcode == 0
    assert len(drain(layer, "work")) == 81


def _send_many(layer: Layer) -> None:
    for n in range(40):
        layer.send("work", {"n": n})


def test_threads(redis_server: RedisServer) -> None:
    layer = on(redis_server, capacity=1000)
    threads = [threading.Thread(target=_send_many, args=[layer]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(drain(layer, "work")) == 160


class TestConfiguration:
    def test_keys_in_no_list(self) -> None:
        with pytest.raises(ValueError, match="must be a list of possible keys"):
            RedisChannelLayer(symmetric_encryption_keys="secret")

    def test_the_prefix(self) -> None:
        with pytest.raises(AssertionError, match=r"^Prefix must be unicode$"):
            RedisChannelLayer(prefix=b"asgi")  # type: ignore[arg-type]

    def test_channels_4_gets_the_same(self) -> None:
        layer = RedisChannelLayer(
            prefix="p",
            expiry=7,
            group_expiry=8,
            capacity=9,
            channel_capacity={"http.*": 10},
        )
        beside = layer.modern()
        assert (beside.prefix, beside.expiry, beside.group_expiry) == ("p", 7, 8)
        assert (beside.get_capacity("x"), beside.get_capacity("http.x")) == (9, 10)

    def test_without_channels_redis(self) -> None:
        script = (
            "import sys; sys.modules['channels_redis'] = None\n"
            "from channeltest.compat.redis.layer import RedisChannelLayer\n"
            "RedisChannelLayer.ChannelFull\n"
            "RedisChannelLayer()"
        )
        failed = subprocess.run(
            [sys.executable, "-c", script], stderr=subprocess.PIPE, text=True, check=False
        )
        assert "RedisChannelLayer needs channels_redis (" in failed.stderr
        assert "pip install channeltest[live]" in failed.stderr
        assert "channeltest.captive_layers()" in failed.stderr


def test_settings_give_both_sides(redis_server: RedisServer) -> None:
    setting = {
        "BACKEND": "asgi_redis.RedisChannelLayer",
        "CONFIG": {"hosts": [redis_server.url], "prefix": "p"},
        "ROUTING": [],
    }
    with override_settings(CHANNEL_LAYERS={"on_redis": setting}):
        try:
            old = channel_layers["on_redis"]
            beside = ModernLayerManager()["on_redis"]
        finally:
            channel_layers.set("on_redis", None)
    assert isinstance(beside, ModernRedisChannelLayer)
    assert (beside.prefix, beside.hosts) == ("p", old.servers)
    assert not old.local_only()


def test_conformance(redis_server: RedisServer, client: Any, monkeypatch: Any) -> None:
    class Conformance(conformance_test_case()):  # type: ignore[misc]
        channel_layer = on(redis_server, group_expiry=20, capacity=5)
        expiry_delay = channel_layer.expiry + 1
        capacity_limit = 5

    # Its waits for what expires: a short expiry would end other messages on a busy machine.
    monkeypatch.setattr("time.sleep", lambda seconds: grow_older(client, seconds))
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(Conformance).run(result)
    assert [traceback for _, traceback in result.errors + result.failures] == []
    assert (result.testsRun, result.skipped) == (18, [])
