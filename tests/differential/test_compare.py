"""The comparison itself: it must find what differs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.differential.compare import difference, equal
from tests.differential.values import Normaliser


def raised(name: str, text: str, *bases: str) -> dict[str, Any]:
    return {"raises": name, "text": text, "bases": list(bases)}


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (1, 2),
        (1, True),
        (None, False),
        ([1], [1, 2]),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}),
        ("text", "text and more"),
        (raised("KeyError", "a"), raised("ValueError", "a")),
        (raised("KeyError", "a"), raised("KeyError", "b")),
        (raised("KeyError", "a"), None),
    ],
)
def test_different(theirs: Any, ours: Any) -> None:
    assert not equal(theirs, ours)
    assert difference([["label", theirs]], [["label", ours]])


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ({"a": [1, None, "x"]}, {"a": [1, None, "x"]}),
        (raised("KeyError", "a"), raised("KeyError", "a, and what to do")),
        (raised("KeyError", "a"), raised("NoAlias", "a", "KeyError")),
    ],
)
def test_equal(theirs: Any, ours: Any) -> None:
    assert equal(theirs, ours)
    assert not difference([["label", theirs]], [["label", ours]])


def test_a_different_label_differs() -> None:
    assert difference([["one", 1]], [["two", 1]])


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ((1, [2]), {"tuple": [1, [2]]}),
        ({2, 1}, {"set": [1, 2]}),
        (b"\xff", {"bytes": "\xff"}),
        ({1: "a"}, {"dict": [[1, "a"]]}),
        (
            "<channeltest.compat.message.Message object at 0x7f00>",
            "<channels.message.Message object at 0x...>",
        ),
        (["defaultAbCdE", "defaultXyZxY", "defaultAbCdE"], ["<reply-1>", "<reply-2>", "<reply-1>"]),
        ("chn" + "0a" * 14 + "b", "<session-1>"),
    ],
)
def test_values_are_normalised(value: Any, shown: Any) -> None:
    assert Normaliser()(value) == shown
