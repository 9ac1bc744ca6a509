"""What is random in a record has fixed names, wherever it occurs."""

from __future__ import annotations

import uuid

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
        ("colour 0xff00ff", "colour 0xff00ff"),
        ("<MagicMock name='a' id='140123456789'>", "<MagicMock name='a' id='…'>"),
        ("/file?expires=1511222333&n=1", "/file?expires=1511222333&n=1"),
        ("a=1; EXPIRES=Sat, 21-Nov-2026 17:58:13 GMT; Path=/", "a=1; EXPIRES=<date>; Path=/"),
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
        {"cookie": b"a=b; sessionid=abc12345"},
        [(b"Cookie", b"sessionid=abc12345; a=b")],
        [["Set-Cookie", "sessionid=abc12345; Path=/"]],
    ],
)
def test_session_keys(names, headers):
    names.add_headers({"headers": headers})
    assert names.fix("key abc12345") == "key <session 1>"


def test_several_keys_have_numbers(names):
    for key in ("session1", "session2", "session1"):
        names.add_headers({"headers": [(b"cookie", f"sessionid={key}; csrftoken=c{key}".encode())]})
    fixed = "<session 1> <session 2> <csrf 1> <csrf 2>"
    assert names.fix("session1 session2 csession1 csession2") == fixed


def test_cookies_of_other_names():
    names = Names("mine", "other")
    names.add_headers({"headers": [(b"cookie", b"mine=abcdefgh; sessionid=ijklmnop")]})
    assert names.fix("abcdefgh ijklmnop") == "<session 1> ijklmnop"


def test_a_short_key_may_be_any_word(names):
    names.add_headers({"headers": [(b"cookie", b"sessionid=1; csrftoken=token")]})
    assert names.fix('{"n": 1, "token": 2}') == '{"n": 1, "token": 2}'


@pytest.mark.parametrize("name", [b"Date", "expires"])
def test_moments_in_headers(names, name):
    moment = "Sat, 21 Nov 2026 17:58:13 GMT"
    names.add_headers({"headers": [(name, moment), (b"last-modified", b"Sat, 21 Nov 2026")]})
    assert names.fix(f"at {moment}") == "at <date>"
    assert names.fix("Sat, 21 Nov 2026") == "Sat, 21 Nov 2026"


@pytest.mark.parametrize(
    "value",
    [
        "5ee60ed8-5f35-4dfa-a6a1-0d7cbbd4e0a5",
        "room_5ee60ed85f354dfaa6a10d7cbbd4e0a5",
        "5EE60ED8-5F35-4DFA-A6A1-0D7CBBD4E0A5",
        "a45c3b58-e646-11f1-b551-02fc00000001",
        uuid.UUID("5ee60ed8-5f35-4dfa-a6a1-0d7cbbd4e0a5"),
        uuid.UUID("a45c3b58-e646-11f1-b551-02fc00000001"),
    ],
)
def test_uuids_of_chance_and_clocks(names, value):
    assert names.fix([value, value]) in (["<uuid 1>"] * 2, ["room_<uuid 1>"] * 2)


@pytest.mark.parametrize(
    "value",
    [uuid.uuid5(uuid.NAMESPACE_DNS, "a"), uuid.UUID(int=7), "0" * 32, "f" * 40, "abc-" * 9],
)
def test_other_uuids_and_hashes_stay(names, value):
    assert names.fix([value, str(value)]) == [value, str(value)]


@pytest.mark.parametrize("content", [None, "text", {}, {"headers": 3}, {"headers": [1, (2,)]}])
def test_messages_without_cookies(names, content):
    names.add_headers(content)
    assert names.fix("abc") == "abc"


def test_what_is_added_later_counts(names):
    assert names.fix("token") == "token"
    names.add("token", "x")
    assert names.fix("token") == "<x>"
