from __future__ import annotations

import pytest

from channeltest.check.tokens import Source


def texts(text):
    return [token.text for token in Source(text).tokens]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("print 'a', `b`", ["print", "'a'", ",", "`", "b", "`"]),
        ("x = ur'a' <> 0777L", ["x", "=", "ur'a'", "<", ">", "0777L"]),
        ("# a comment\nx", ["\n", "x"]),
        ("f(a,\n  b)\ny", ["f", "(", "a", ",", "b", ")", "\n", "y"]),
        ("a \\\n b", ["a", "b"]),
        ('"""a\n"b"\n"""', ['"""a\n"b"\n"""']),
        ("'a\nb", ["'", "a", "\n", "b"]),
        ("'a\\'b' c", ["'a\\'b'", "c"]),
        (")x", [")", "x"]),
    ],
)
def test_tokens(text, expected):
    assert texts(text) == expected


def test_values_of_strings():
    assert [token.value for token in Source("'a' u\"b\" '''c''' '' d").tokens] == [
        "a",
        "b",
        "c",
        "",
        "",
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_places(end):
    source = Source(f"é = 1{end}ab = 2{end}")
    assert [source.place(token.start) for token in source.tokens if token.kind == "name"] == [
        (1, 1),
        (2, 1),
    ]
    assert source.line(2) == "ab = 2"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("from channels import Group", [("channels.Group", "Group")]),
        ("from channels.channel import Group as G", [("channels.Group", "G")]),
        ("from a import (b,\n    c as d,  # x\n)", [("a.b", "b"), ("a.c", "d")]),
        ("import a.b, c as d", [("a.b", "a"), ("c", "d")]),
        ("if x: from a import b; from c import d", [("a.b", "b"), ("c.d", "d")]),
        ("from .models import Room", [("chat.models.Room", "Room")]),
        ("from .. import x", [("x", "x")]),
        ("from a import b\nprint 'x'", [("a.b", "b")]),
        ("raise E from import_", []),
        ("from a", []),
        ("x.import_", []),
    ],
)
def test_imports(text, names):
    assert [(each.name, each.bound) for each in Source(text, "chat").imports] == names
