"""Random names have the names that `channeltest.record.names` gives them."""

from __future__ import annotations

import pytest

from channeltest.recorder.parts.names import Names

KEY, TOKEN = "k3y" * 11, "t0k" * 11
ENTRIES = [
    ("made", "defaultAbCdE", None, None, []),
    ("made", "defaultFgHiJ", None, None, []),
    ("made", "defaultUnused", None, None, []),
    ("send", "x", {"reply_channel": "defaultAbCdE"}, None, []),
    ("join", "g", None, None, ["defaultFgHiJ"]),
    ("new", "job?AbCdEfGh", None, None, []),
    (
        "send",
        "websocket.connect",
        {"headers": {"cookie": {"$bytes": f"sessionid={KEY}".encode().hex()}}},
        None,
        [],
    ),
    (
        "send",
        "http.request",
        {"headers": [{"$tuple": ["Cookie", f"csrftoken={TOKEN}"]}]},
        "Room",
        [],
    ),
]
UUID = "5ee60ed8-5f35-4dfa-a6a1-0d7cbbd4e0a5"


@pytest.mark.parametrize(
    ("value", "fixed"),
    [
        ("defaultAbCdE", "<client 1>"),
        ("to defaultFgHiJ!", "to <client 2>!"),
        ("defaultAbCdEx", "defaultAbCdEx"),
        ("defaultUnused", "defaultUnused"),
        ("job?AbCdEfGh", "<new channel 1>"),
        (KEY, "<session 1>"),
        (TOKEN, "<csrf 1>"),
        (f"{UUID} {UUID}", "<uuid 1> <uuid 1>"),
        ({"$uuid": UUID}, "<uuid 1>"),
        ({"$bytes": b"defaultAbCdE".hex()}, {"$bytes": b"<client 1>".hex()}),
        ([{"defaultAbCdE": None}, 1.5], [{"<client 1>": None}, 1.5]),
        ("<Form object at 0x7f3e3e66fe40>", "<Form object at 0x\u2026>"),
        ("id=1; expires=Sat, 21 Nov 2026 17:58:13 GMT; Path=/", "id=1; expires=<date>; Path=/"),
        (
            f'csrfmiddlewaretoken" value="{"aB3" * 20}">',
            'csrfmiddlewaretoken" value="<csrf token>">',
        ),
    ],
)
def test_texts(value, fixed):
    assert Names(ENTRIES).fix(value) == fixed


def test_places():
    names = Names(ENTRIES)
    assert names.place("defaultFgHiJ") == "client 2"
    assert names.place("job?AbCdEfGh") == "new channel 1"
    assert names.place("chat") == "channel chat"


def test_one_client_has_no_number():
    assert Names(ENTRIES[:1] + ENTRIES[3:4]).place("defaultAbCdE") == "client"


def test_without_random_names():
    assert Names([]).fix("(anything) at all") == "(anything) at all"
