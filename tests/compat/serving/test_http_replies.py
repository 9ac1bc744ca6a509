from __future__ import annotations

from typing import Any

import pytest
from channeltest.compat.serving.http_replies import response_events


def test_the_only_part() -> None:
    reply = {"status": 201, "headers": [(b"X-A", "1"), ["Set-Cookie", b" a=1"]], "content": b"hi"}
    assert response_events(reply, False) == [
        {
            "type": "http.response.start",
            "status": 201,
            "headers": [(b"x-a", b"1"), (b"set-cookie", b"a=1")],
        },
        {"type": "http.response.body", "body": b"hi", "more_body": False},
    ]


def test_a_later_part() -> None:
    assert response_events({"content": b"a", "more_content": True}, True) == [
        {"type": "http.response.body", "body": b"a", "more_body": True}
    ]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ({}, "Specifying a status code is required"),
        ({"status": True}, "status is a number from 200 to 999, not True"),
        ({"status": 101}, "from 200 to 999, not 101"),
        ({"status": 1000}, "from 200 to 999, not 1000"),
        ({"status": 200, "content": bytearray(b"x")}, "content is bytes"),
        ({"status": 200, "headers": {"X-A": "1"}}, "headers is a list of pairs"),
        ({"status": 200, "headers": [("X-A",)]}, "a header is a name and a value"),
        ({"status": 200, "headers": [("X A", "1")]}, "is no name of a header"),
        ({"status": 200, "headers": [("", "1")]}, "is no name of a header"),
        ({"status": 200, "headers": [("X-A", "1\n2")]}, "has a line break or a NUL"),
        ({"status": 200, "headers": [("Content-Length", "1 0")]}, "Content-Length is a number"),
        ({"status": 200, "headers": [("X-A", 1)]}, "headers are bytes or text"),
        ({"status": 200, "headers": [("X-A", "\u20ac")]}, "headers are latin-1"),
        ({"status": 200, "closed": True}, "failed before its response was complete"),
    ],
)
def test_what_is_no_first_part(reply: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        response_events(reply, False)


def test_a_second_first_part() -> None:
    with pytest.raises(ValueError, match="Got multiple Response messages"):
        response_events({"status": 200}, True)
