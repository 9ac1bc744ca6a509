"""A half-ported project behind real servers, in one process and with workers on Redis."""

from __future__ import annotations

import hashlib
import itertools
import json
import socket
import uuid

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from ...redis_server import RedisServer
from ...served.urls import CONTENT
from ...sites import SERVERS, NewSite, Site, text_of

pytest.importorskip("daphne", reason="Daphne is optional")
pytest.importorskip("uvicorn", reason="uvicorn is optional")


@pytest.fixture(scope="module", params=itertools.product(SERVERS, ["memory", "redis"]))
def site(request: pytest.FixtureRequest, new_shared_site: NewSite) -> Site:
    """The project in each of its shapes."""
    server, layer = request.param
    if layer == "memory":
        site = new_shared_site()
    else:
        redis: RedisServer = request.getfixturevalue("redis_process")
        site = new_shared_site(SERVED_REDIS=redis.database(list(SERVERS).index(server)))
        site.worker("--threads", "4")
    site.serve(server)
    return site


class TestWebsockets:
    def test_text_and_bytes(self, site: Site) -> None:
        with site.websocket("/echo/") as websocket:
            websocket.send("hällo")
            websocket.send(b"\x00\xff")
            assert {text_of(websocket), text_of(websocket)} == {"hällo", b"\x00\xff"}

    def test_user_session_group_and_order(self, site: Site) -> None:
        ann, bob = site.login("ann"), site.login("bob")
        room = f"/chat/{uuid.uuid4().hex}/"
        with site.websocket(room, additional_headers=ann) as first:
            assert text_of(first) == "ann joined"
            second = site.websocket(room, additional_headers=bob)
            assert text_of(first) == text_of(second) == "bob joined"
            for number in range(1, 11):
                first.send(str(number))
            for websocket in (first, second):
                assert [text_of(websocket) for _ in range(10)] == [
                    f"ann {n}: {n}" for n in range(1, 11)
                ]
            second.close(4002)
            assert text_of(first) == "left with 4002"

    def test_denied(self, site: Site) -> None:
        with pytest.raises(InvalidStatus) as caught:
            site.websocket("/denied/")
        assert caught.value.response.status_code == 403

    @pytest.mark.parametrize("code", [1000, 4001])
    def test_close_codes(self, site: Site, code: int) -> None:
        with site.websocket("/closing/") as websocket:
            websocket.send(str(code))
            with pytest.raises(ConnectionClosed) as caught:
                text_of(websocket)
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == code

    def test_subprotocol(self, site: Site) -> None:
        with site.websocket("/echo/", subprotocols=["whisper", "shout"]) as websocket:
            assert websocket.subprotocol == "shout"

    def test_a_consumer_that_fails_does_no_harm(self, site: Site) -> None:
        with site.websocket("/failing/") as failing, site.websocket("/echo/") as echo:
            failing.send("x")
            echo.send("still here")
            assert text_of(echo) == "still here"


class TestModern:
    """Ported consumers in the same routing are run by the server."""

    @pytest.mark.parametrize("path", ["/chat/new-a/", "/router/a/"])
    def test_scope(self, site: Site, path: str) -> None:
        with site.websocket(path, additional_headers=site.login("ann")) as websocket:
            websocket.send("hi")
            assert json.loads(text_of(websocket)) == {"user": "ann", "room": "a", "text": "hi"}

    def test_group_of_old_and_new(self, site: Site) -> None:
        """An old view sends a modern event to the group that a modern consumer joined."""
        with site.websocket("/chat/new-mixed/") as websocket:
            site.http.get("/announce/", params={"room": "mixed", "text": "to all"})
            assert text_of(websocket) == "to all"

    def test_old_message_to_a_modern_consumer(self, site: Site) -> None:
        """It has no type, and goes to the client as it does from old consumers."""
        with site.websocket("/chat/new-frames/") as websocket:
            site.http.get("/shout/", params={"room": "frames", "text": "raw"})
            assert text_of(websocket) == "raw"
            websocket.send("hi")
            assert json.loads(text_of(websocket))["text"] == "hi"

    def test_modern_message_to_an_old_consumer(self, site: Site) -> None:
        with site.websocket("/chat/typed/") as websocket:
            assert text_of(websocket) == "somebody joined"
            site.http.get("/announce/", params={"room": "typed", "text": "to all"})
            assert text_of(websocket) == "to all"

    def test_worker(self, site: Site) -> None:
        """A ported consumer of a named channel tells old and new clients of what it got."""
        with site.websocket("/chat/work/") as old:
            assert text_of(old) == "somebody joined"
            with site.websocket("/chat/new-work/") as new:
                site.http.get("/remark/", params={"room": "work", "text": "hey"})
                assert text_of(old) == text_of(new) == "hey"

    def test_path(self, site: Site) -> None:
        with site.websocket("/simple/") as websocket:
            websocket.send("x")
            assert text_of(websocket) == "modern x"

    def test_http(self, site: Site) -> None:
        assert site.http.get("/page/").text == "a modern page"


class TestHttp:
    def test_large_body(self, site: Site) -> None:
        body = bytes(range(256)) * 8192
        response = site.http.post("/upload/", content=body)
        assert response.text == f"{len(body)} {hashlib.sha1(body).hexdigest()}"

    def test_chunked_body(self, site: Site) -> None:
        pieces = [b"a" * 300_000, b"b", b"c" * 900_000]
        response = site.http.post("/upload/", content=iter(pieces))
        body = b"".join(pieces)
        assert response.text == f"{len(body)} {hashlib.sha1(body).hexdigest()}"

    def test_file(self, site: Site) -> None:
        response = site.http.get("/download/")
        assert response.content == CONTENT
        assert response.headers["content-length"] == str(len(CONTENT))

    def test_stream(self, site: Site) -> None:
        assert site.http.get("/stream/").content == b"a" + b"b" * 700_000 + b"c"

    def test_not_found(self, site: Site) -> None:
        assert site.http.get("/nowhere/").status_code == 404

    def test_client_that_goes_early(self, site: Site) -> None:
        with socket.create_connection(("127.0.0.1", site.port)) as client:
            head = "POST /upload/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2000000\r\n\r\n"
            client.sendall(head.encode() + b"x" * 700_000)
        assert site.http.get("/nowhere/").status_code == 404
