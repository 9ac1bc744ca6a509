"""``asgiref.conformance`` of asgiref 1.1.2: what a channel layer of Channels 1 must do, as tests.

Subclass `ConformanceTestCase` in the suite of a layer. The behaviour that it asks for is that of
the published suite; it is written anew here.
"""

from __future__ import annotations

import time
import unittest
from typing import Any


class ConformanceTestCase(unittest.TestCase):
    """The tests of a layer.

    Attributes:
        channel_layer: The layer, without messages; it is flushed before each test if it can be.
        expiry_delay: Seconds after which a message of this layer has expired.
        capacity_limit: Messages that a channel of this layer holds, or ``None`` to leave the
            tests of capacity out.
        receive_tries: How often to ask for a message; more than once where a layer of several
            servers asks another one each time.

    Source: asgiref 1.1.2.
    """

    channel_layer: Any = None
    expiry_delay: float | None = None
    capacity_limit: int | None = None
    receive_tries: int = 1

    @classmethod
    def setUpClass(cls) -> None:
        """Skip the class itself, which has no layer."""
        if cls is ConformanceTestCase:
            raise unittest.SkipTest("Skipping base class tests")
        super().setUpClass()

    def setUp(self) -> None:
        """Flush the layer.

        Raises:
            ValueError: The class has no ``channel_layer`` or no ``expiry_delay``.
        """
        required = ("channel_layer", "expiry_delay")
        missing = [name for name in required if getattr(self, name) is None]
        if missing:
            raise ValueError(
                f"You must define '{missing[0]}' when subclassing the conformance tests."
            )
        self._flush_if_possible()

    def _flush_if_possible(self) -> bool:
        can_flush = "flush" in self.channel_layer.extensions
        if can_flush:
            self.channel_layer.flush()
        return can_flush

    # Helpers

    def receive(self, channels: list[str]) -> tuple[str | None, dict[str, Any] | None]:
        """Take the next message off one of ``channels``, asking `receive_tries` times."""
        answers = (self.channel_layer.receive(channels) for _ in range(self.receive_tries))
        return next((answer for answer in answers if answer[0] is not None), (None, None))

    def skip_if_no_extension(self, extension: str) -> None:
        """Skip the test unless the layer has an extension."""
        if extension not in self.channel_layer.extensions:
            self.skipTest(f"No {extension} extension")

    def _send_blue(self, channel: str) -> None:
        self.channel_layer.send(channel, {"value": "blue"})

    def _capacity(self, least: int = 1) -> int:
        if self.capacity_limit is None or self.capacity_limit < least:
            self.skipTest("Test capacity is unspecified or too low")
        return self.capacity_limit

    def _join(self, group: str, *channels: str) -> None:
        self.skip_if_no_extension("groups")
        for channel in channels:
            self.channel_layer.group_add(group, channel)

    def _assert_received(self, channels: list[str], *expected: tuple[str, Any]) -> None:
        """Check that these messages come in any order, and then none."""
        received = [self.receive(channels) for _ in expected]
        self.assertCountEqual(received, expected)
        self.assertEqual(self.receive(channels), (None, None))

    # Messages

    def test_send_recv(self) -> None:
        """Messages come on the channels they were sent on."""
        colours = [{"value": each} for each in ("blue", "green", "yellow")]
        for colour in colours:
            self.channel_layer.send("sr_test", colour)
        self.channel_layer.send("sr_test2", {"value": "red"})
        self._assert_received(["sr_test"], *(("sr_test", colour) for colour in colours))
        self._assert_received(["sr_test", "sr_test2"], ("sr_test2", {"value": "red"}))

    def test_single_process_receive(self) -> None:
        """Process-local channels are received from by the part that they share."""
        for name in ("spr_test!a", "spr_test!b"):
            self.channel_layer.send(name, {"to": name})
            self._assert_received(["spr_test!"], (name, {"to": name}))

    def test_single_process_receive_error(self) -> None:
        """The full name of a process-local channel cannot be received from."""
        self.assertRaises(Exception, self.receive, ["spr_test!c"])  # noqa: B017

    def test_message_expiry(self) -> None:
        """A message that nobody took in time is gone."""
        self._send_blue("me_test")
        time.sleep(self.expiry_delay or 0)
        self._assert_received(["me_test"])

    def test_message_alteration_after_send(self) -> None:
        """What a sender does to a message later does not reach the receiver."""
        message = {"value": [1, 2, 3]}
        self.channel_layer.send("channel", message)
        message["value"].clear()
        self._assert_received(["channel"], ("channel", {"value": [1, 2, 3]}))

    def test_strings(self) -> None:
        """Bytes and text arrive as they were, at any depth."""
        values = {
            "utf-bytes": "£".encode(),
            "unicode": "£",
            "emoji": "\U0001f612",
            "control": bytes([1, 0, 3, 33]),
        }
        self.channel_layer.send("str_test", {"values": values})
        _, received = self.receive(["str_test"])
        assert received is not None
        self.assertEqual(received["values"], values)
        self.assertEqual(
            {name: type(value) for name, value in received["values"].items()},
            {name: type(value) for name, value in values.items()},
        )

    # Names

    def test_new_channel_single_reader(self) -> None:
        """New names are text with one question mark, and are not in use."""
        first = self.channel_layer.new_channel("test.foo?")
        self.assertIsInstance(first, str)
        self.assertRegex(first, r"^[^?]*\?[^?]+$")
        self.channel_layer.send(first, {"value": "blue"})
        second = self.channel_layer.new_channel("test.foo?")
        self.assertNotEqual(first, second)
        self._assert_received([first, second], (first, {"value": "blue"}))

    def test_new_channel_failures(self) -> None:
        """Patterns that do not end with a question mark are refused."""
        for pattern in ("test!", "test.foo"):
            with self.subTest(pattern=pattern):
                self.assertRaises(Exception, self.channel_layer.new_channel, pattern)  # noqa: B017

    def test_exceptions(self) -> None:
        """The layer has its two exceptions."""
        for name in ("ChannelFull", "MessageTooLarge"):
            self.assertTrue(hasattr(self.channel_layer, name), name)

    # Groups

    def test_groups(self) -> None:
        """Every member of a group gets what it is sent, and nobody else."""
        layer, message = self.channel_layer, {"value": "orange"}
        expected = {"tg_test": [message], "tg_test2": [message], "tg_test3": []}
        self._join("tgroup", *expected)
        layer.group_discard("tgroup", "tg_test3")
        layer.send_group("tgroup", message)
        for name, messages in expected.items():
            self._assert_received([name], *((name, each) for each in messages))

    def test_groups_process(self) -> None:
        """Process-local channels may be members."""
        self._join("tgroup", "tgp!test", "tgp!test2", "tgp!test3")
        self.channel_layer.group_discard("tgroup", "tgp!test2")
        message = {"value": "orange"}
        self.channel_layer.send_group("tgroup", message)
        self._assert_received(["tgp!"], ("tgp!test", message), ("tgp!test3", message))

    def test_group_channels(self) -> None:
        """The members of a group can be asked for."""
        self._join("tgroup", "tg_test", "tg_test2")
        members = self.channel_layer.group_channels
        self.assertCountEqual(members("tgroup"), ["tg_test", "tg_test2"])
        self.channel_layer.group_discard("tgroup", "tg_test2")
        self.assertCountEqual(members("tgroup"), ["tg_test"])

    def test_group_expiry(self) -> None:
        """A membership that is too old ends; tested where that takes 20 seconds at most."""
        self.skip_if_no_extension("groups")
        lifetime = self._group_lifetime(at_most=20)
        self._join("tge_group", "tge_test")
        time.sleep(lifetime + 1)
        self._assert_empty("tge_group", "tge_test")

    def _group_lifetime(self, at_most: float) -> float:
        self.assertTrue(hasattr(self.channel_layer, "group_expiry"), "group_expiry is not defined")
        lifetime: float = self.channel_layer.group_expiry
        return lifetime if lifetime <= at_most else self.skipTest("Expiry too long for test")

    def _assert_empty(self, group: str, former_member: str) -> None:
        self.channel_layer.send_group(group, {"value": "blue"})
        self._assert_received([former_member])

    # Flush

    def test_flush(self) -> None:
        """A flush removes messages."""
        self._send_blue("fl_test")
        if not self._flush_if_possible():
            self.skip_if_no_extension("flush")
        self._assert_received(["fl_test"])

    def test_flush_groups(self) -> None:
        """A flush removes groups."""
        self._join("tfg_group", "tfg_test")
        if not self._flush_if_possible():
            self.skip_if_no_extension("flush")
        self._assert_empty("tfg_group", "tfg_test")

    # Capacity

    def test_capacity(self) -> None:
        """A full channel refuses a message."""
        names = ["cap_test"] * self._capacity()
        self._assert_full_after(names, "cap_test")

    def test_capacity_process(self) -> None:
        """Process-local channels that share a part of their name share its capacity."""
        names = [f"capp!{number}" for number in range(self._capacity(least=2))]
        self._assert_full_after(names, "capp!final")

    def _assert_full_after(self, names: list[str], last: str) -> None:
        layer, message = self.channel_layer, {"hey": "there"}
        for name in names:
            layer.send(name, dict(message))
        self.assertRaises(layer.ChannelFull, layer.send, last, message)

    def test_capacity_group(self) -> None:
        """A group never refuses a message: full members miss it."""
        self._join("tcg_group", "tcg_test")
        for _ in range(self._capacity() + 1):
            self.channel_layer.send_group("tcg_group", {"hey": "there"})
