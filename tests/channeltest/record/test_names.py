"""What is random in a record has fixed names, wherever it occurs."""

from __future__ import annotations

import pytest

from channeltest.record.content import Snapshot
from channeltest.record.names import Names


@pytest.fixture
def names():
    names = Names()
    names.add("defaultAbCdE", "client 1")
    names.add("defaultFgHiJ", "client 2")
    names.add("specific.inmemory!x", "client 1")
    names.add("specific.inmemory!ab", "new channel 2")
    names.add("job?AbCdEfGh", "new channel 3")
    return names


@pytest.mark.parametrize(
    ("value", "fixed"),
    [
        ("defaultAbCdE", "<client 1>"),
        ("specific.inmemory!x", "<client 1>"),
        ("specific.inmemory!ab", "<new channel 2>"),
        ("job?AbCdEfGh", "<new channel 3>"),
        ("to defaultFgHiJ!", "to <client 2>!"),
        ("room_defaultAbCdE_defaultFgHiJ", "room_<client 1>_<client 2>"),
        ('{"to": "defaultAbCdE"}', '{"to": "<client 1>"}'),
        (b"defaultAbCdE", b"<client 1>"),
        ([("defaultAbCdE", 1.5)], [("<client 1>", 1.5)]),
        ({"defaultAbCdE": None}, {"<client 1>": None}),
        ({"defaultAbCdE"}, {"<client 1>"}),
        (Snapshot("C", (("a", "defaultAbCdE"),)), Snapshot("C", (("a", "<client 1>"),))),
        ("AbCdE", "AbCdE"),
        ("xdefaultAbCdE", "xdefaultAbCdE"),
        ("x", "x"),
        ("<Form object at 0x7f3e3e66fe40>", "<Form object at 0x…>"),
        ("colour 0x00ff", "colour 0x00ff"),
        ("id=1; expires=Sat, 21 Nov 2026 17:58:13 GMT; Path=/", "id=1; expires=<date>; Path=/"),
        (
            '<input name="csrfmiddlewaretoken" value="' + "aB3" * 20 + '">',
            '<input name="csrfmiddlewaretoken" value="<csrf token>">',
        ),
    ],
)
def test_texts(names, value, fixed):
    assert names.fix(value) == fixed


@pytest.mark.parametrize(
    "headers",
    [
        {"cookie": b"a=b; sessionid=abc123"},
        [(b"Cookie", b"sessionid=abc123; a=b")],
        [["Set-Cookie", "sessionid=abc123; Path=/"]],
    ],
)
def test_session_keys(names, headers):
    names.add_cookies({"headers": headers})
    assert names.fix("key abc123") == "key <session 1>"


def test_several_keys_have_numbers(names):
    for key in ("k1", "k2", "k1"):
        names.add_cookies({"headers": [(b"cookie", f"sessionid={key}; csrftoken=c{key}".encode())]})
    assert names.fix("k1 k2 ck1 ck2") == "<session 1> <session 2> <csrf 1> <csrf 2>"


def test_cookies_of_other_names():
    names = Names("mine", "other")
    names.add_cookies({"headers": [(b"cookie", b"mine=abc; sessionid=def")]})
    assert names.fix("abc def") == "<session 1> def"


@pytest.mark.parametrize("content", [None, "text", {}, {"headers": 3}, {"headers": [1, (2,)]}])
def test_messages_without_cookies(names, content):
    names.add_cookies(content)
    assert names.fix("abc") == "abc"


def test_what_is_added_later_counts(names):
    assert names.fix("token") == "token"
    names.add("token", "x")
    assert names.fix("token") == "<x>"
