"""`asgi.sent_events`: what an application may send, compared with what real servers take."""

from __future__ import annotations

import json
import socket
from contextlib import suppress

import httpx
import pytest

from channeltest.asgi.sent_events import ReplyMessages, SentEvents
from channeltest.errors import MalformedEvent

from ...processes import PATIENCE, Process
from ...sites import SERVERS
from .event_table import (
    ACCEPT,
    BODY,
    CLOSE,
    PASSED,
    REFUSED,
    SEQUENCES,
    START,
    TEXT,
    WEBSOCKET,
)

_HANDSHAKE = (
    "GET /{name} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: chat\r\n\r\n"
)


class Server:
    """A real server of the table's application."""

    def __init__(self, name):
        command, (before, after) = SERVERS[name]
        self._process = Process(
            *command,
            "0",
            "tests.channeltest.asgi.event_table:application",
            environment={"DJANGO_SETTINGS_MODULE": "tests.settings"},
        )
        line = self._process.until(before).partition(before)[2]
        self._port = int((line.partition(after)[0] if after else line).strip())
        self.close = self._process.close

    def refuses(self, name):
        """Whether an event raises in the application, or an accepted websocket is not open."""
        with socket.create_connection(("127.0.0.1", self._port), PATIENCE) as client:
            head = _HANDSHAKE if name in WEBSOCKET else "GET /{name} HTTP/1.1\r\nHost: x\r\n\r\n"
            client.sendall(head.format(name=name).encode())
            url = f"http://127.0.0.1:{self._port}/verdict/{name}"
            error = json.loads(httpx.get(url, timeout=PATIENCE).content)
            if error or SEQUENCES[name].events[0].get("type") != "websocket.accept":
                return bool(error)
            with suppress(OSError):
                # Unless the server has closed the connection.
                client.shutdown(socket.SHUT_WR)
            return not is_opened(all_of(client).lower())


def all_of(client):
    """What a server sends before it closes the connection, one way or another."""
    received = b""
    with suppress(ConnectionResetError):
        while data := client.recv(4096):
            received += data
    return received


def is_opened(answer):
    offered = b"sec-websocket-protocol: chat\r\n" in answer
    return b" 101 " in answer[:20] and (offered or b"sec-websocket-protocol" not in answer)


@pytest.fixture(scope="module", params=sorted(SERVERS))
def server(request):
    server = Server(request.param)
    yield request.param, server
    server.close()


@pytest.mark.parametrize("name", SEQUENCES)
def test_servers(server, name):
    server_name, server = server
    assert server.refuses(name) == (server_name in SEQUENCES[name].refused_by)


def sent(*events, protocol="websocket", **scope):
    sent_events = SentEvents({"type": protocol, **scope})
    for event in events:
        sent_events.note(event)
    return sent_events


@pytest.mark.parametrize("name", SEQUENCES)
def test_harness(name):
    refused = SEQUENCES[name].refused_by and name not in PASSED
    protocol = "websocket" if name in WEBSOCKET else "http"
    if refused or name in REFUSED:
        with pytest.raises(MalformedEvent):
            sent(*SEQUENCES[name].events, protocol=protocol)
    else:
        sent(*SEQUENCES[name].events, protocol=protocol)


@pytest.mark.parametrize(
    ("events", "error"),
    [
        ([ACCEPT, ACCEPT], "websocket.accept after websocket.accept: the handshake is answered"),
        ([ACCEPT, CLOSE, ACCEPT], "websocket.accept after websocket.close"),
        ([ACCEPT, CLOSE, CLOSE], "closes a websocket once"),
        ([TEXT], "websocket.send before websocket.accept: accept the websocket first"),
        ([ACCEPT, CLOSE, TEXT], "websocket.send after websocket.close"),
        ([ACCEPT, {**CLOSE, "code": "4001"}], "the code of websocket.close is an int, not str"),
        ([ACCEPT, {**CLOSE, "code": 999}], "code 999, which no close frame may have: use 1000"),
        ([ACCEPT, {**CLOSE, "reason": b"x"}], "the reason of websocket.close is a str, not bytes"),
        ([{**ACCEPT, "headers": [("a", "b")]}], r"pairs of bytes, not \('a', 'b'\)"),
        ([{"type": "websocket.open"}], r"it sends websocket.accept, websocket.send"),
    ],
)
def test_messages(events, error):
    with pytest.raises(MalformedEvent, match=error):
        sent(*events)


class TestFacts:
    def test_of_a_websocket(self):
        made = sent({**ACCEPT, "subprotocol": "chat", "headers": [[b"a", b"b"]]}, TEXT)
        assert (made.answered, made.accepted, made.subprotocol) == (True, True, "chat")
        assert made.headers == [(b"a", b"b")]
        made.note({**CLOSE, "code": 4001, "reason": "later"})
        assert (made.close_code, made.close_reason) == (4001, "later")

    def test_of_a_close_without_a_code(self):
        assert sent(ACCEPT, CLOSE).close_code == 1000

    def test_of_a_response(self):
        made = sent(START, {**BODY, "more_body": True}, protocol="http")
        assert (made.status, made.is_complete) == (200, False)
        made.note(BODY)
        assert made.is_complete


@pytest.mark.parametrize(
    ("protocol", "event"),
    [("http", START), ("websocket", ACCEPT)],
)
def test_headers_that_can_be_read_once(protocol, event):
    sent = {**event, "headers": iter([(b"a", b"b")])}
    connection = SentEvents({"type": protocol})
    connection.note(sent)
    assert connection.headers == list(sent["headers"]) == [(b"a", b"b")]


class TestContentLength:
    START = {**START, "headers": [(b"Content-Length", b"9")]}

    def test_in_parts(self):
        parts = [{**BODY, "body": b"1234", "more_body": True}, {**BODY, "body": b"56789"}]
        assert sent(self.START, *parts, protocol="http").is_complete

    def test_of_head(self):
        assert sent(self.START, BODY, protocol="http", method="HEAD").is_complete

    @pytest.mark.parametrize("status", [204, 304])
    def test_of_a_status_without_body(self, status):
        last = {**BODY, "body": b""}
        assert sent({**self.START, "status": status}, last, protocol="http").is_complete


class TestExtensions:
    TRAILERS = {"type": "http.response.trailers", "headers": []}

    def test_that_the_scope_offers(self):
        sent(START, self.TRAILERS, protocol="http", extensions={"http.response.trailers": {}})

    def test_that_it_does_not(self):
        with pytest.raises(MalformedEvent, match="no event of its protocol"):
            sent(START, self.TRAILERS, protocol="http", extensions={"http.response.push": {}})


def test_other_protocols_send_their_own_events():
    sent({"type": "lifespan.startup.complete"}, protocol="lifespan")
    with pytest.raises(MalformedEvent, match="a lifespan application sent"):
        sent({"type": "mail.sent"}, protocol="lifespan")


@pytest.mark.parametrize(
    ("event", "messages"),
    [
        ({"type": "websocket.accept", "subprotocol": "a"}, [{"accept": True}]),
        ({"type": "websocket.send", "text": ""}, [{"text": ""}]),
        ({"type": "websocket.send", "text": None, "bytes": b"a"}, [{"bytes": b"a"}]),
        ({"type": "websocket.close"}, [{"close": True}]),
        ({"type": "websocket.close", "code": None}, [{"close": True}]),
        ({"type": "websocket.close", "code": 1000}, [{"close": 1000}]),
        ({"type": "http.response.start", "status": 200}, []),
        ({"type": "http.response.body"}, [{"content": b"", "more_content": False}]),
        ({"type": "http.response.pathsend", "path": "/x"}, []),
    ],
)
def test_replies(event, messages):
    assert ReplyMessages()(event) == messages


def test_a_response_has_its_head_once():
    reply = ReplyMessages()
    start = {"type": "http.response.start", "status": 201, "headers": [[b"a", b"b"]]}
    first = {"type": "http.response.body", "body": b"1", "more_body": True}
    assert reply(start) == []
    assert reply(first) == [
        {"status": 201, "headers": [(b"a", b"b")], "content": b"1", "more_content": True}
    ]
    assert reply(first) == [{"content": b"1", "more_content": True}]


def test_a_frame_that_closes():
    frame = {"type": "websocket.send", "text": "a", "close": 4001}
    assert ReplyMessages()(frame) == [{"text": "a", "close": 4001}]


def test_a_message_of_channels_1():
    assert ReplyMessages()({"type": "channels1", "message": {"text": 1}}) == [{"text": 1}]
