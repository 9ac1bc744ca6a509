"""Messages across the wire: exact or complained about, and never shared."""

from __future__ import annotations

import collections
import datetime
import decimal
import enum
import inspect
import linecache
import threading
import uuid
import warnings

import pytest
from channels import Channel, Group
from channeltest.compat.routing import route
from django.contrib.auth.models import User
from django.http import QueryDict
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from channeltest import ChannelTestCase, Client, WireError, WireWarning, WSClient, apply_routes
from channeltest.layers.wire import carrier, carry, complaint, find, verify
from tests.values.models import IntegerValue

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


class Colour(enum.IntEnum):
    RED = 1


class Broken:
    def __repr__(self):
        raise ValueError("do not ask")


def said_of(value):
    found = find({"v": value})
    assert found is not None
    return complaint(*found)


holds_itself: dict = {}
holds_itself["again"] = [holds_itself]
one = {"n": 1}


@pytest.mark.parametrize(
    "value",
    [
        None, True, 0, -(2**63), 2**64 - 1, 0.5, float("nan"), float("-inf"), "", "é", b"", b"\xff",
        [], {}, [[{}]], {"a": [1, {"b": None}]}, {1: 2, b"k": 3, None: 4, 0.5: 5, False: 6},
        [one, one], [(one, one)][:0],
    ],
)  # fmt: skip
def test_nothing_is_wrong(value):
    assert find({"v": value}) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ((1, 2), "carries message['v'], a tuple, as a list"),
        (mark_safe("x"), "carries message['v'], a SafeString ('x'), as a plain str"),
        (Colour.RED, "carries message['v'], a Colour (<Colour.RED: 1>), as a plain int"),
        (collections.OrderedDict(), "carries message['v'], an OrderedDict, as a plain dict"),
        (bytearray(b"x"), "carries message['v'], a bytearray, as bytes. Send it as bytes"),
        (memoryview(b"x"), "carries message['v'], a memoryview, as bytes"),
        ({1}, "cannot carry message['v']: a set"),
        (2**64, "cannot carry message['v']: an int (18446744073709551616)"),
        (-(2**63) - 1, "cannot carry message['v']: an int (-9223372036854775809)"),
        ("\ud800", r"cannot carry message['v']: a str ('\ud800')"),
        (decimal.Decimal("1.5"), "cannot carry message['v']: a Decimal (Decimal('1.5'))"),
        (datetime.date(2017, 5, 1), "a date (datetime.date(2017, 5, 1))"),
        (uuid.UUID(int=1), "a UUID (UUID('00000000-0000-0000-0000-000000000001'))"),
        (gettext_lazy("x"), "cannot carry message['v']: a __proxy__"),
        (User(username="u"), "cannot carry message['v']: a User. Send what JSON has"),
        (Broken(), "cannot carry message['v']: a Broken"),
        (test_nothing_is_wrong, "cannot carry message['v']: a function"),
        ([1, {"a": [(), 2]}], "carries message['v'][1]['a'][0], a tuple"),
        ({(1, 2): 3}, "cannot carry the key (1, 2) of message['v']: a tuple"),
        ({2**64: 3}, "cannot carry the key 18446744073709551616 of message['v']: an int"),
        (
            {mark_safe("k"): 3},
            "carries the key 'k' of message['v'], a SafeString ('k'), as a plain",
        ),
        (holds_itself, "cannot carry message['v']['again'][0]: a dict that holds itself"),
        (["ok", (), {1}], "message['v'][1], a tuple"),
    ],
)
def test_what_is_wrong_and_where(value, text):
    assert text in said_of(value)


def test_a_message_that_is_a_dict_of_another_class():
    found = find(QueryDict("a=1"))
    assert complaint(*found).startswith("a channel layer carries message, a QueryDict, as a plain")


def test_pairs_of_headers_may_be_tuples():
    assert find({"headers": [(b"host", b"x"), ["a", "b"]]}) is None


@pytest.mark.parametrize(
    "headers", [((b"a", b"b"),), [(b"a",)], [(b"a", b"b", b"c")], [(b"a", 1)], [({}, b"")]]
)
def test_other_tuples_in_headers_may_not(headers):
    assert find({"headers": headers})[0].startswith("message['headers']")


@pytest.mark.parametrize("key", ["head", "headers_too", 1])
def test_pairs_under_another_key_may_not(key):
    assert find({key: [(b"a", b"b")]})[0] == f"message[{key!r}][0]"


def test_only_the_messages_own_headers():
    assert find({"v": {"headers": [(b"a", b"b")]}})[0] == "message['v']['headers'][0]"


def test_long_values_are_cut():
    assert len(said_of("\ud800" + "x" * 1000)) < 250


def test_deep_nesting_is_no_error():
    deep: list = []
    for _ in range(5000):
        deep = [deep]
    assert find({"v": deep}) is None


def test_lazy_values_are_not_asked():
    """A query in here would fail: this test has no database."""
    assert "a QuerySet" in said_of(IntegerValue.objects.all())
    assert "a SimpleLazyObject" in said_of(SimpleLazyObject(lambda: IntegerValue.objects.get()))
