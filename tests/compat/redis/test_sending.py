"""Messages that are sent together, by servers."""

from __future__ import annotations

from typing import Any

from .layers import Layer


def test_what_cannot_be_sent_is_left_out_and_keeps_its_place(layer: Layer) -> None:
    messages: Any = [("?", {}), ("a", {"n": 1}), ("b", []), ("r!x", {"n": 2})]
    refused = [type(error) for error in layer.send_together(messages)]
    assert refused == [TypeError, type(None), AssertionError, type(None)]
    assert layer.receive(["a"]) == ("a", {"n": 1})
    assert layer.receive(["r!"]) == ("r!x", {"n": 2})


def test_a_full_channel_is_that_message_s_alone(sharded: Layer) -> None:
    sharded.capacity = 1
    names = [f"r{n}!x" for n in range(6)]
    errors = sharded.send_together([(name, {}) for name in [*names, names[2]]])
    assert [type(error) for error in errors] == [*[type(None)] * 6, sharded.ChannelFull]
