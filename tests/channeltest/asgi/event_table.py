"""Sequences of events that a server passes on, or refuses, and an application that sends them.

The application runs behind a real server: ``/NAME`` sends the events of a sequence, and
``/verdict/NAME`` returns what became of them.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any, NamedTuple

ACCEPT = {"type": "websocket.accept"}
TEXT = {"type": "websocket.send", "text": "hello"}
CLOSE = {"type": "websocket.close"}
DENIAL = {"type": "websocket.http.response.start", "status": 401, "headers": []}
DENIAL_BODY = {"type": "websocket.http.response.body", "body": b"no"}
START = {"type": "http.response.start", "status": 200, "headers": []}
BODY = {"type": "http.response.body", "body": b"hello"}

ALL = frozenset({"uvicorn", "daphne"})
UVICORN = frozenset({"uvicorn"})
DAPHNE = frozenset({"daphne"})
NONE: frozenset[str] = frozenset()


class Sequence(NamedTuple):
    """What an application sends, after its first event.

    Attributes:
        events: The events.
        refused_by: The servers that refuse one of them, or do not open the websocket then.
    """

    events: tuple[Any, ...]
    refused_by: frozenset[str]


def frame(**content: Any) -> dict[str, Any]:
    return {"type": "websocket.send", **content}


WEBSOCKET = {
    "accepted": Sequence((ACCEPT,), NONE),
    "text": Sequence((ACCEPT, TEXT, CLOSE), NONE),
    "empty-text": Sequence((ACCEPT, frame(text="")), NONE),
    "bytes": Sequence((ACCEPT, frame(bytes=b"x")), NONE),
    "text-and-none": Sequence((ACCEPT, frame(text="x", bytes=None)), NONE),
    "reason": Sequence((ACCEPT, {**CLOSE, "code": 4001, "reason": "later"}), NONE),
    "no-reason": Sequence((ACCEPT, {**CLOSE, "reason": None}), NONE),
    "refused": Sequence((CLOSE,), NONE),
    "headers": Sequence(({**ACCEPT, "headers": [(b"x-a", b"b")]},), NONE),
    "subprotocol": Sequence(({**ACCEPT, "subprotocol": "chat"},), NONE),
    "subprotocol-with-line-break": Sequence(({**ACCEPT, "subprotocol": "a\r\nb"},), ALL),
    "subprotocol-empty": Sequence(({**ACCEPT, "subprotocol": ""},), DAPHNE),
    "subprotocol-of-space": Sequence(({**ACCEPT, "subprotocol": "a b"},), ALL),
    "subprotocol-not-ascii": Sequence(({**ACCEPT, "subprotocol": "\u20ac"},), ALL),
    "header-without-name": Sequence(({**ACCEPT, "headers": [(b"", b"b")]},), NONE),
    "header-name-with-space": Sequence(({**ACCEPT, "headers": [(b"x a", b"b")]},), NONE),
    "code-bool": Sequence((ACCEPT, {**CLOSE, "code": True}), ALL),
    "denied-101": Sequence(({**DENIAL, "status": 101}, DENIAL_BODY), NONE),
    "denied-200": Sequence(({**DENIAL, "status": 200}, DENIAL_BODY), NONE),
    "denied": Sequence((DENIAL, DENIAL_BODY), NONE),
    "denied-in-parts": Sequence((DENIAL, {**DENIAL_BODY, "more_body": True}, DENIAL_BODY), NONE),
    "no-type": Sequence(({},), ALL),
    "no-dict": Sequence((None,), ALL),
    "type-of-bytes": Sequence(({"type": b"websocket.accept"},), UVICORN),
    "unknown": Sequence(({"type": "websocket.open"},), UVICORN),
    "unknown-later": Sequence((ACCEPT, {"type": "websocket.open"}), UVICORN),
    "http": Sequence((START,), UVICORN),
    "http-later": Sequence((ACCEPT, START), UVICORN),
    "receive": Sequence((ACCEPT, {"type": "websocket.receive", "text": "x"}), UVICORN),
    "accept-twice": Sequence((ACCEPT, ACCEPT), ALL),
    "accept-after-close": Sequence((ACCEPT, CLOSE, ACCEPT), ALL),
    "accept-after-refusal": Sequence((CLOSE, ACCEPT), UVICORN),
    "close-twice": Sequence((ACCEPT, CLOSE, CLOSE), UVICORN),
    "refuse-twice": Sequence((CLOSE, CLOSE), UVICORN),
    "send-first": Sequence((TEXT,), ALL),
    "send-after-close": Sequence((ACCEPT, CLOSE, TEXT), ALL),
    "send-after-refusal": Sequence((CLOSE, TEXT), UVICORN),
    "empty-frame": Sequence((ACCEPT, frame()), NONE),
    "text-and-bytes": Sequence((ACCEPT, frame(text="x", bytes=b"x")), DAPHNE),
    "text-of-bytes": Sequence((ACCEPT, frame(text=b"x")), ALL),
    "text-of-int": Sequence((ACCEPT, frame(text=1)), ALL),
    "bytes-of-str": Sequence((ACCEPT, frame(bytes="x")), ALL),
    "bytearray": Sequence((ACCEPT, frame(bytes=bytearray(b"x"))), DAPHNE),
    "memoryview": Sequence((ACCEPT, frame(bytes=memoryview(b"x"))), DAPHNE),
    "surrogate": Sequence((ACCEPT, frame(text="\ud800")), ALL),
    "code-of-str": Sequence((ACCEPT, {**CLOSE, "code": "4001"}), ALL),
    "code-of-float": Sequence((ACCEPT, {**CLOSE, "code": 4001.0}), ALL),
    "code-none": Sequence((ACCEPT, {**CLOSE, "code": None}), NONE),
    "code-0": Sequence((ACCEPT, {**CLOSE, "code": 0}), ALL),
    "code-999": Sequence((ACCEPT, {**CLOSE, "code": 999}), ALL),
    "code-1001": Sequence((ACCEPT, {**CLOSE, "code": 1001}), DAPHNE),
    "code-1005": Sequence((ACCEPT, {**CLOSE, "code": 1005}), ALL),
    "code-1006": Sequence((ACCEPT, {**CLOSE, "code": 1006}), ALL),
    "code-1011": Sequence((ACCEPT, {**CLOSE, "code": 1011}), DAPHNE),
    "code-2999": Sequence((ACCEPT, {**CLOSE, "code": 2999}), ALL),
    "code-5000": Sequence((ACCEPT, {**CLOSE, "code": 5000}), ALL),
    "code-70000": Sequence((ACCEPT, {**CLOSE, "code": 70000}), ALL),
    "refusal-code-of-str": Sequence(({**CLOSE, "code": "4001"},), NONE),
    "reason-of-bytes": Sequence((ACCEPT, {**CLOSE, "reason": b"later"}), UVICORN),
    "reason-of-int": Sequence((ACCEPT, {**CLOSE, "reason": 1}), UVICORN),
    "long-reason": Sequence((ACCEPT, {**CLOSE, "reason": "x" * 124}), UVICORN),
    "reason-surrogate": Sequence((ACCEPT, {**CLOSE, "code": 4001, "reason": "\ud800"}), UVICORN),
    "reason-without-code": Sequence((ACCEPT, {**CLOSE, "code": None, "reason": "x"}), UVICORN),
    "subprotocol-of-bytes": Sequence(({**ACCEPT, "subprotocol": b"chat"},), ALL),
    "subprotocol-of-int": Sequence(({**ACCEPT, "subprotocol": 1},), ALL),
    "subprotocol-of-list": Sequence(({**ACCEPT, "subprotocol": ["chat"]},), ALL),
    "subprotocol-not-offered": Sequence(({**ACCEPT, "subprotocol": "other"},), ALL),
    "headers-of-str": Sequence(({**ACCEPT, "headers": [("x-a", "b")]},), UVICORN),
    "header-value-of-str": Sequence(({**ACCEPT, "headers": [(b"x-a", "b")]},), UVICORN),
    "headers-no-pairs": Sequence(({**ACCEPT, "headers": [b"x-a"]},), UVICORN),
    "headers-dict": Sequence(({**ACCEPT, "headers": {b"x-a": b"b"}},), UVICORN),
    "headers-none": Sequence(({**ACCEPT, "headers": None},), UVICORN),
    "headers-int": Sequence(({**ACCEPT, "headers": 1},), UVICORN),
    "deny-after-accept": Sequence((ACCEPT, DENIAL), UVICORN),
    "deny-twice": Sequence((DENIAL, DENIAL), UVICORN),
    "denial-body-first": Sequence((DENIAL_BODY,), UVICORN),
    "denial-body-after-last": Sequence((DENIAL, DENIAL_BODY, DENIAL_BODY), UVICORN),
    "accept-after-denial": Sequence((DENIAL, ACCEPT), UVICORN),
    "close-after-denial": Sequence((DENIAL, CLOSE), UVICORN),
    "send-after-denial": Sequence((DENIAL, TEXT), ALL),
    "close-after-whole-denial": Sequence((DENIAL, DENIAL_BODY, CLOSE), UVICORN),
    "denial-body-of-str": Sequence((DENIAL, {**DENIAL_BODY, "body": "no"}), UVICORN),
    "denial-status-of-str": Sequence(({**DENIAL, "status": "401"},), UVICORN),
    "denial-without-status": Sequence(({"type": DENIAL["type"]},), UVICORN),
    "denial-status-600": Sequence(({**DENIAL, "status": 600},), UVICORN),
    "denial-headers-of-str": Sequence(({**DENIAL, "headers": [("x", "y")]},), UVICORN),
}

HTTP = {
    "response": Sequence((START, BODY), NONE),
    "no-headers": Sequence(({"type": "http.response.start", "status": 200}, BODY), NONE),
    "parts": Sequence((START, {**BODY, "more_body": True}, BODY), NONE),
    "no-body": Sequence((START, {"type": "http.response.body"}), NONE),
    "header-pairs-as-lists": Sequence(({**START, "headers": [[b"x-a", b"b"]]}, BODY), NONE),
    "header-uppercase": Sequence(({**START, "headers": [(b"X-A", b"b")]}, BODY), NONE),
    "http-no-type": Sequence(({},), ALL),
    "http-no-dict": Sequence((None,), ALL),
    "http-unknown": Sequence(({"type": "http.response.begin"},), ALL),
    "http-unknown-later": Sequence((START, {"type": "http.response.begin"}), ALL),
    "http-accept": Sequence((ACCEPT,), ALL),
    "trailers": Sequence((START, {"type": "http.response.trailers", "headers": []}), ALL),
    "push": Sequence((START, {"type": "http.response.push", "path": "/", "headers": []}), ALL),
    "body-first": Sequence((BODY,), ALL),
    "start-twice": Sequence((START, START), ALL),
    "start-after-part": Sequence((START, {**BODY, "more_body": True}, START), ALL),
    "body-after-last": Sequence((START, BODY, BODY), UVICORN),
    "start-after-last": Sequence((START, BODY, START), UVICORN),
    "status-of-str": Sequence(({**START, "status": "200"}, BODY), ALL),
    "status-none": Sequence(({**START, "status": None}, BODY), ALL),
    "status-float": Sequence(({**START, "status": 200.0}, BODY), UVICORN),
    "no-status": Sequence(({"type": "http.response.start"}, BODY), ALL),
    "status-99": Sequence(({**START, "status": 99}, BODY), UVICORN),
    "status-599": Sequence(({**START, "status": 599}, BODY), NONE),
    "status-600": Sequence(({**START, "status": 600}, BODY), UVICORN),
    "status-1000": Sequence(({**START, "status": 1000}, BODY), UVICORN),
    "status-100": Sequence(({**START, "status": 100}, BODY), UVICORN),
    "status-101": Sequence(({**START, "status": 101}, BODY), UVICORN),
    "status-bool": Sequence(({**START, "status": True}, BODY), UVICORN),
    "http-header-without-name": Sequence(({**START, "headers": [(b"", b"b")]}, BODY), ALL),
    "http-header-name-with-space": Sequence(({**START, "headers": [(b"x a", b"b")]}, BODY), ALL),
    "http-header-name-with-colon": Sequence(({**START, "headers": [(b"x:", b"b")]}, BODY), ALL),
    "http-header-name-not-ascii": Sequence(({**START, "headers": [(b"x\xff", b"b")]}, BODY), ALL),
    "http-header-value-of-control": Sequence(
        ({**START, "headers": [(b"x-a", b"b\x01")]}, BODY), NONE
    ),
    "http-header-value-not-ascii": Sequence(
        ({**START, "headers": [(b"x-a", b"\xff")]}, BODY), NONE
    ),
    "http-header-value-with-spaces": Sequence(
        ({**START, "headers": [(b"x-a", b" b ")]}, BODY), UVICORN
    ),
    "content-length-of-letters": Sequence(
        ({**START, "headers": [(b"content-length", b"abc")]}, BODY), UVICORN
    ),
    "content-length-twice": Sequence(
        ({**START, "headers": [(b"content-length", b"5"), (b"content-length", b"4")]}, BODY),
        UVICORN,
    ),
    "content-length-negative": Sequence(
        ({**START, "headers": [(b"content-length", b"-5")]}, BODY), UVICORN
    ),
    "http-headers-of-str": Sequence(({**START, "headers": [("x-a", "b")]}, BODY), DAPHNE),
    "http-header-value-of-str": Sequence(({**START, "headers": [(b"x-a", "b")]}, BODY), DAPHNE),
    "http-header-value-of-int": Sequence(({**START, "headers": [(b"x-a", 1)]}, BODY), ALL),
    "http-headers-dict": Sequence(({**START, "headers": {b"x-a": b"b"}}, BODY), ALL),
    "http-headers-no-pairs": Sequence(({**START, "headers": [b"x"]}, BODY), ALL),
    "http-headers-none": Sequence(({**START, "headers": None}, BODY), ALL),
    "http-header-newline": Sequence(({**START, "headers": [(b"x-a", b"b\nc")]}, BODY), UVICORN),
    "body-of-204": Sequence(({**START, "status": 204}, BODY), UVICORN),
    "body-of-304": Sequence(({**START, "status": 304}, BODY), UVICORN),
    "transfer-encoding": Sequence(
        ({**START, "headers": [(b"transfer-encoding", b"chunked")]}, BODY), NONE
    ),
    "body-of-str": Sequence((START, {**BODY, "body": "hello"}), ALL),
    "body-none": Sequence((START, {**BODY, "body": None}), DAPHNE),
    "bytearray-body": Sequence((START, {**BODY, "body": bytearray(b"hello")}), DAPHNE),
    "memoryview-body": Sequence((START, {**BODY, "body": memoryview(b"hello")}), DAPHNE),
    "body-of-list": Sequence((START, {**BODY, "body": [b"hello"]}), ALL),
    "body-too-long": Sequence(({**START, "headers": [(b"content-length", b"3")]}, BODY), UVICORN),
    "body-too-short": Sequence(({**START, "headers": [(b"content-length", b"9")]}, BODY), UVICORN),
}

SEQUENCES = {**WEBSOCKET, **HTTP}

# What the harness lets pass although a server refuses it: ASGI allows it.
PASSED = {
    # Daphne closes with 1000 or an application's own codes only.
    "code-1001",
    "code-1011",
    # The client refuses it. A consumer with one subprotocol is often tested without an offer.
    "subprotocol-not-offered",
    # uvicorn takes it with httptools, and Daphne strips it.
    "http-header-value-with-spaces",
}

# What the harness refuses although both servers take it: ASGI or HTTP forbids it.
REFUSED = {
    "empty-frame",
    "refusal-code-of-str",
    "header-without-name",
    "header-name-with-space",
    "denied-101",
}

_verdicts: dict[str, asyncio.Future[str]] = {}


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Send the events of the sequence that the path names."""
    if scope["type"] not in ("http", "websocket"):
        raise ValueError("no lifespan")
    await receive()
    name = scope["path"].rpartition("/")[2]
    verdict = _verdicts.setdefault(name, asyncio.get_running_loop().create_future())
    if scope["path"].startswith("/verdict/"):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        body = json.dumps(await verdict).encode()
        await send({"type": "http.response.body", "body": body})
        return
    text = ""
    try:
        for event in SEQUENCES[name].events:
            await send(event)
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
        raise
    finally:
        verdict.set_result(text)
