"""Messages across the wire: exact or complained about, and never shared."""

from __future__ import annotations

import inspect
import linecache
import threading
import warnings

import pytest
from channels import Channel, Group
from channeltest.compat.routing import route

from channeltest import ChannelTestCase, Client, WireError, WireWarning, WSClient, apply_routes
from channeltest.layers.wire import carrier, carry, verify

EXACT = [
    None,
    True,
    1,
    -(2**63),
    2**64 - 1,
    0.1,
    "é\x00",
    b"\xc4\xc5",
    [],
    [1, [2]],
    {"a": {"b": [None]}},
    {1: 2, b"k": 3, None: 4},
    "x" * 100_000,
    b"y" * 70_000,
]

INEXACT = [(1, 2), {1}, bytearray(b"x"), {"a": bytearray(b"x")}, 2**64, "\ud800", {2**64: 1}]


def warned(call, *args):
    """The result of the call, and the texts of its warnings."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        result = call(*args)
    assert {warning.category for warning in seen} <= {WireWarning}
    return result, [str(warning.message) for warning in seen]


@pytest.mark.parametrize("wire", ["lenient", "strict"])
@pytest.mark.parametrize("value", EXACT, ids=lambda value: repr(value)[:20])
def test_exact_values_arrive_as_they_were_sent(value, wire):
    arrived = carry({"v": value}, wire)
    assert arrived == {"v": value}
    assert type(arrived["v"]) is type(value)
    assert verify({"v": value}, wire)


@pytest.mark.parametrize("value", INEXACT, ids=repr)
def test_a_lenient_wire_copies_the_others_and_warns(value):
    arrived, [text] = warned(carry, {"v": value}, "lenient")
    assert arrived == {"v": value}
    assert type(arrived["v"]) is type(value)
    assert text.endswith("Here it is deep-copied")


@pytest.mark.parametrize("value", INEXACT, ids=repr)
@pytest.mark.parametrize("call", [carry, carrier, verify])
def test_a_strict_wire_refuses_them(call, value):
    with pytest.raises(WireError, match=r"a channel layer (cannot carry|carries)"):
        call({"v": value}, "strict")


@pytest.mark.parametrize("call", [carry, verify])
def test_what_cannot_be_copied_is_an_error_with_its_key(call):
    with (
        pytest.warns(WireWarning),
        pytest.raises(TypeError, match=r"message\['lock'\], of type lock"),
    ):
        call({"ok": 1, "lock": threading.Lock()}, "lenient")


def test_a_message_that_copies_badly_as_a_whole():
    class Odd(dict):
        def __deepcopy__(self, memo):
            raise ValueError("odd")

    with pytest.warns(WireWarning), pytest.raises(ValueError, match="odd"):
        carry(Odd(a=1), "lenient")


def test_verifying_warns_too():
    fits, [text] = warned(verify, {"v": ()}, "lenient")
    assert not fits
    assert "message['v'], a tuple" in text


def test_a_quiet_carrier_does_not():
    make, texts = warned(carrier, {"v": ()}, "lenient", True)
    assert make() == {"v": ()}
    assert texts == []


@pytest.mark.parametrize("wire", ["lenient", "strict"])
def test_header_pairs_may_be_tuples(wire):
    headers = [(b"host", b"example.com"), (b"cookie", b"")]
    assert warned(carry, {"headers": headers}, wire) == ({"headers": headers}, [])


@pytest.mark.parametrize("value", [[1], ([1],)])
def test_every_copy_is_another(value):
    make, _ = warned(carrier, {"v": value}, "lenient")
    first, second = make(), make()
    assert first == second
    assert first["v"] is not second["v"]
    assert first["v"] is not value


def test_a_bytearray_beside_bytes_is_found():
    _, [text] = warned(carry, {"a": b"x", "b": [1, {"c": bytearray(b"")}]}, "lenient")
    assert "message['b'][1]['c'], a bytearray" in text


class Lines(ChannelTestCase):
    """Where the warnings point: at the line of the caller that sent the message."""

    def line_of(self, call):
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            call()
        [warning] = seen
        assert warning.filename == __file__
        return linecache.getline(warning.filename, warning.lineno).strip()

    def test_channel(self):
        def call():
            Channel("c").send({"v": ()})

        assert self.line_of(call) == 'Channel("c").send({"v": ()})'

    def test_group(self):
        Group("g").add("one")
        Group("g").add("two")

        def call():
            Group("g").send({"v": ()})

        assert self.line_of(call) == 'Group("g").send({"v": ()})'

    def test_client(self):
        def call():
            Client().send("c", {"v": ()})

        assert self.line_of(call) == 'Client().send("c", {"v": ()})'

    def test_websocket_client(self):
        def call():
            WSClient().send("c", {"v": ()})

        assert self.line_of(call) == 'WSClient().send("c", {"v": ()})'

    def test_layer(self):
        def call():
            Channel("c").channel_layer.send("c", {"v": ()})

        assert self.line_of(call) == 'Channel("c").channel_layer.send("c", {"v": ()})'

    def test_in_a_consumer(self):
        """Once, although the message is verified at the call and sent when it has finished."""

        def consumer(message):
            Channel("c").send({"v": ()})

        with apply_routes([route("in", consumer)]):
            assert (
                self.line_of(lambda: Client().send_and_consume("in"))
                == 'Channel("c").send({"v": ()})'
            )

    def test_group_in_a_consumer(self):
        Group("g").add("one")

        def consumer(message):
            Group("g").send({"v": ()})

        with apply_routes([route("in", consumer)]):
            assert (
                self.line_of(lambda: Client().send_and_consume("in"))
                == 'Group("g").send({"v": ()})'
            )

    def test_what_became_unfit_after_the_call(self):
        def consumer(message):
            content = {"v": 1}
            Channel("c").send(content)
            content["v"] = ()

        with apply_routes([route("in", consumer)]):
            line = self.line_of(lambda: Client().send_and_consume("in"))
        assert line.endswith('Client().send_and_consume("in"))')

    def test_code_without_a_module_name(self):
        with pytest.warns(WireWarning):
            exec('Channel("c").send({"v": ()})', {"Channel": Channel})

    def test_the_modern_face(self):
        from asgiref.sync import async_to_sync
        from channels.layers import get_channel_layer

        async def call():
            await get_channel_layer().send("c", {"v": ()})

        assert self.line_of(async_to_sync(call)) == 'await get_channel_layer().send("c", {"v": ()})'


class StrictTests(ChannelTestCase):
    wire = "strict"

    def raises_at(self, body):
        """The error is raised where ``body``, a consumer, sends."""
        lines = []

        def consumer(message):
            try:
                body()
            except WireError:
                lines.append(inspect.currentframe())
                raise
            raise AssertionError("no error")

        with apply_routes([route("in", consumer)]), self.assertRaises(WireError):
            Client().send_and_consume("in")
        assert lines

    def test_at_the_call(self):
        for value in INEXACT:
            with self.assertRaises(WireError):
                Channel("c").send({"v": value})
            assert self.get_next_message("c") is None

    def test_in_a_consumer_at_the_call(self):
        for value in INEXACT:
            self.raises_at(lambda value=value: Channel("c").send({"v": value}))
            self.raises_at(lambda value=value: Group("g").send({"v": value}))
            self.raises_at(lambda value=value: Channel("c").send({"v": value}, immediately=True))
        assert self.get_next_message("c") is None

    def test_whoever_is_in_the_group(self):
        with self.assertRaises(WireError):
            Group("nobody").send({"v": ()})

    def test_what_was_queued_before_the_error_is_sent(self):
        def consumer(message):
            Channel("c").send({"v": 1})
            Channel("c").send({"v": ()})

        with apply_routes([route("in", consumer)]), self.assertRaises(WireError):
            Client().send_and_consume("in")
        assert self.get_next_message("c", require=True)["v"] == 1

    def test_a_wrong_name_comes_first(self):
        for send in (Channel("no name").send, Group("no name").send):
            with self.assertRaisesMessage(TypeError, "name must be a valid unicode string"):
                send({"v": ()})


@pytest.mark.parametrize("hide", [lambda view: view, lambda view: [view], lambda view: {"a": view}])
def test_a_memoryview_does_not_pass(hide):
    message = {"bytes": b"x", "v": hide(memoryview(b"x"))}
    with pytest.raises(WireError, match="a memoryview, as bytes"):
        carry(message, "strict")
    # It cannot be copied either.
    with pytest.warns(WireWarning), pytest.raises(TypeError, match="memoryview"):
        carry(message, "lenient")
