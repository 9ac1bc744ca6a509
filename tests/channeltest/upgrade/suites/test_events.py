from __future__ import annotations

import ast

import pytest

from channeltest.sources.edits import Edits
from channeltest.upgrade.suites.events import answer_of, bytes_of, close_code, message_of, sides_of
from tests.channeltest.upgrade.suites.cases import family, method


def compared(text):
    """An expression in a test, and the changes of its module."""
    only, _, _ = family(method(f"client = WSClient()\nx = {text}"))
    [test] = only.methods
    return test.node.body[-1].value, Edits(test.module)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("{'accept': True}", "(True, None)"),
        ("{'accept': False}", "(False, 1000)"),
        ("{'close': True}", "(False, 1000)"),
        ("{'close': 4004}", "(False, 4004)"),
        ("dict(close=4004)", "(False, 4004)"),
        ("{'close': CODE}", "(False, CODE)"),
        ("{'text': 'a'}", None),
        ("{'text': 'a', 'close': True}", None),
        ("None", None),
    ],
)
def test_what_a_connect_returns(text, answer):
    assert answer_of(*compared(text)) == answer


@pytest.mark.parametrize(
    ("text", "code"),
    [("{'close': True}", "1000"), ("{'close': 4004}", "4004"), ("{'accept': False}", None)],
)
def test_the_code_of_a_close(text, code):
    assert close_code(*compared(text)) == code


@pytest.mark.parametrize(
    ("text", "data"),
    [("{'bytes': b'a'}", "b'a'"), ("{'bytes': b'a', 'text': ''}", None), ("b'a'", None)],
)
def test_bytes(text, data):
    found = bytes_of(compared(text)[0])
    assert (found and ast.unparse(found)) == data


def test_an_assertion():
    statement = ast.parse("self.assertEqual(a, b, msg='why')").body[0]
    assert [each.id for each in sides_of(statement)] == ["a", "b"]
    assert message_of(statement).value == "why"
    other = ast.parse("x = 1").body[0]
    assert (sides_of(other), message_of(other)) == ([], None)
