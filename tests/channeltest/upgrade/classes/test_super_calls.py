from __future__ import annotations

import ast

import pytest

from channeltest.upgrade.classes.super_calls import own_arguments


def kept(call, name="connect", base="self, message, room, **kwargs", stored=(), is_json=False):
    """What stays of the arguments of a call, as they are spelled."""
    method = f"def {name}({{}}): pass"
    function, overridden = (
        ast.parse(method.format(each)).body[0] if each else None
        for each in ("self, message, room=None, **kwargs", base)
    )
    node = ast.parse(f"super().{name}({call})", mode="eval").body
    found = own_arguments(node, function, overridden, stored, is_json)
    return None if found is None else ", ".join(map(ast.unparse, found))


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("message, **kwargs", "message"),
        ("message, room, **kwargs", "message"),
        ("message, room=room", "message"),
        ("message, other, **kwargs", None),
        ("message, room='x'", None),
        ("message, 'x'", None),
        ("*args", None),
        ("message, **other", None),
        ("message, place=room", None),
    ],
)
def test_connect(call, expected):
    assert kept(call) == expected


def test_what_is_not_of_the_project():
    assert kept("message, room, **kwargs", base="") == "message"


def test_what_the_method_assigned():
    assert kept("message, room=room", stored={"room"}) is None


@pytest.mark.parametrize(
    ("call", "is_json", "expected"),
    [
        ("content, **kwargs", True, "content"),
        ("text=text, bytes=None, **kwargs", False, "text=text, bytes=None"),
        ("text, bytes, **kwargs", False, "text, bytes"),
        ("a, b, c", False, None),
    ],
)
def test_receive(call, is_json, expected):
    base = "self, content, **kwargs" if is_json else "self, text=None, bytes=None, **kwargs"
    assert kept(call, "receive", base, is_json=is_json) == expected


@pytest.mark.parametrize("call", ["text=text, bytes=bytes", "text, bytes"])
def test_a_base_that_takes_text_only(call):
    assert kept(call, "receive", "self, text=None, **kwargs") is None
