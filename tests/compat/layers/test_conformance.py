"""The conformance suite for layers of projects."""

from __future__ import annotations

import unittest
from copy import deepcopy
from typing import Any
from unittest import mock

import pytest
import time_machine
from channeltest.compat.inmemory import ChannelLayer
from channeltest.compat.layers import conformance


def outcome(layer: Any, **attributes: Any) -> unittest.TestResult:
    """Run the suite over a layer, with a clock that moves only when the suite sleeps."""
    body = {"channel_layer": layer, "expiry_delay": 0.03, "capacity_limit": 5, **attributes}
    case = type("Case", (conformance.ConformanceTestCase,), body)
    result = unittest.TestResult()
    with (
        time_machine.travel(1_500_000_000, tick=False) as clock,
        mock.patch("time.sleep", clock.shift),
    ):
        unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    return result


def failed(result: unittest.TestResult) -> set[str]:
    return {str(case).split()[0] for case, _ in result.failures + result.errors}


def small(kind: type = ChannelLayer, **options: Any) -> Any:
    return kind(expiry=0.01, capacity=5, **options)


def test_a_layer_that_does_everything() -> None:
    result = outcome(small())
    assert (result.testsRun, failed(result)) == (18, set())
    assert [reason for _, reason in result.skipped] == ["Expiry too long for test"]


def test_the_base_class_is_no_test() -> None:
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(conformance.ConformanceTestCase).run(result)
    assert [reason for _, reason in result.skipped] == ["Skipping base class tests"]


@pytest.mark.parametrize("name", ["channel_layer", "expiry_delay"])
def test_what_a_subclass_must_set(name: str) -> None:
    result = outcome(small(), **{name: None})
    assert len(result.errors) == 18
    assert f"You must define '{name}'" in result.errors[0][1]


class Sharing(ChannelLayer):
    def carry(self, message: Any) -> Any:
        return message


class Textual(ChannelLayer):
    def carry(self, message: Any) -> Any:
        return {key: str(value) for key, value in message.items()}


class Greedy(ChannelLayer):
    def limit(self, channel: str) -> int:
        return 1000


class Staying(ChannelLayer):
    def group_discard(self, group: str, channel: str) -> None:
        pass


class Lasting(ChannelLayer):
    def flush(self) -> None:
        pass


class Repeating(ChannelLayer):
    def new_channel(self, pattern: str) -> str:
        return pattern + "a"


class Twice(ChannelLayer):
    def send(self, channel: str, message: Any) -> None:
        super().send(channel, message)
        super().send(channel, deepcopy(message))


@pytest.mark.parametrize(
    ("kind", "tests"),
    [
        (Sharing, {"test_message_alteration_after_send", "test_groups_process"}),
        (Textual, {"test_strings", "test_message_alteration_after_send"}),
        (Greedy, {"test_capacity", "test_capacity_process"}),
        (Staying, {"test_groups", "test_groups_process", "test_group_channels"}),
        (Repeating, {"test_new_channel_single_reader", "test_new_channel_failures"}),
    ],
)
def test_a_layer_that_does_one_thing_wrong(kind: type, tests: set[str]) -> None:
    assert failed(outcome(small(kind))) == tests


def test_messages_that_come_twice() -> None:
    assert "test_send_recv" in failed(outcome(small(Twice)))


def test_a_flush_that_does_nothing() -> None:
    assert {"test_flush", "test_flush_groups"} <= failed(outcome(small(Lasting)))


def test_messages_that_never_expire() -> None:
    assert "test_message_expiry" in failed(outcome(ChannelLayer(capacity=5)))


def test_memberships_that_expire() -> None:
    result = outcome(small(group_expiry=-1))
    assert "test_group_expiry" not in failed(result)


def test_without_extensions() -> None:
    layer = small()
    layer.extensions = []
    reasons = [reason for _, reason in outcome(layer).skipped]
    assert reasons.count("No groups extension") == 6
    assert reasons.count("No flush extension") == 1
