"""What goes wrong around a server: each with a clear answer in bounded time, and no harm done."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from channeltest.compat.redis.layer import RedisChannelLayer
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from ...processes import PATIENCE
from ...redis_server import RedisServer
from ...sites import SERVERS, NewSite, Site, text_of

pytest.importorskip("daphne", reason="Daphne is optional")
pytest.importorskip("uvicorn", reason="uvicorn is optional")

# Daphne sends of the codes below 3000 only 1000.
OVERLOADED = {"daphne": 4013, "uvicorn": 1013}

KEY = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
UPGRADE = f"Host: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{KEY}"


def close_code(websocket: ClientConnection) -> int:
    """Read until the server closes; the code it says."""
    with pytest.raises(ConnectionClosed) as caught:
        while True:
            text_of(websocket)
    assert caught.value.rcvd is not None
    return int(caught.value.rcvd.code)


def raw(site: Site, data: bytes) -> bytes:
    """Send bytes to the server; all that it answers until it closes, or a whole head."""
    with socket.create_connection(("127.0.0.1", site.port), PATIENCE) as client:
        client.sendall(data)
        answer = b""
        while b"\r\n\r\n" not in answer and (more := client.recv(65536)):
            answer += more
        return answer


def assert_closed(client: socket.socket, code: int) -> None:
    """Check that the server ends the connection, and why, where it says so before."""
    answer = b""
    with suppress(ConnectionResetError):
        while more := client.recv(65536):
            answer += more
    assert not answer or code.to_bytes(2, "big") in answer


def echoes(site: Site) -> bool:
    """Whether the server serves others."""
    with site.websocket("/echo/") as websocket:
        websocket.send("x")
        return bool(text_of(websocket) == "x")


@pytest.fixture
def hold(tmp_path: Path) -> Iterator[Path]:
    """A file: as long as it is there, a consumer blocks."""
    path = tmp_path / "hold"
    path.touch()
    yield path
    path.unlink(missing_ok=True)


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest) -> str:
    """The name of each server."""
    name: str = request.param
    return name


class TestConsumerThatBlocks:
    """Only the timeout of what blocks is short: others have their time on a busy machine."""

    def test_request(self, new_site: NewSite, server: str, hold: Path) -> None:
        site = new_site()
        site.serve(server, SERVED_HTTP_TIMEOUT="0.2")
        response = site.http.get("/blocked/", params=str(hold))
        assert response.status_code == 503
        assert "No worker answered in time" in response.text
        site.server.until("No worker answered GET /blocked/ within 0.2 seconds")
        assert echoes(site)

    def test_websocket(self, new_site: NewSite, server: str, hold: Path) -> None:
        site = new_site()
        site.serve(server, SERVED_CONNECT_TIMEOUT="0.2")
        with pytest.raises(InvalidStatus) as caught:
            site.websocket(f"/blocked/?{hold}")
        # Daphne can but reject.
        assert caught.value.response.status_code in (403, 503)
        site.server.until("No worker answered the websocket at /blocked/ within 0.2 seconds")
        assert site.http.get("/nowhere/").status_code == 404


class TestFullChannels:
    def test_request_and_websocket(
        self, new_site: NewSite, redis_server: RedisServer, server: str
    ) -> None:
        """Nobody works: the channels fill up."""
        site = new_site(SERVED_REDIS=redis_server.url)
        site.serve(server)
        layer = RedisChannelLayer(hosts=[redis_server.url], capacity=20_000)
        layer.send_together([("http.request", {"n": n}) for n in range(100)])
        layer.send_together([("websocket.connect", {"n": n}) for n in range(20_000)])
        response = site.http.get("/")
        assert (response.status_code, "queue full" in response.text) == (503, True)
        with pytest.raises(InvalidStatus) as caught:
            site.websocket("/echo/")
        assert caught.value.response.status_code in (403, 503)
        layer.flush()
        site.worker()
        assert echoes(site)

    def test_frame(self, new_site: NewSite, redis_server: RedisServer, server: str) -> None:
        site = new_site(SERVED_REDIS=redis_server.url)
        worker = site.worker()
        site.serve(server)
        with site.websocket("/echo/") as websocket:
            worker.terminate()
            layer = RedisChannelLayer(hosts=[redis_server.url], capacity=20_000)
            layer.send_together([("websocket.receive", {"n": n}) for n in range(20_000)])
            websocket.send("x")
            assert close_code(websocket) == OVERLOADED[server]


class TestClients:
    @pytest.fixture
    def site(self, new_site: NewSite, server: str) -> Site:
        site = new_site()
        site.serve(server)
        return site

    def test_one_that_never_reads(self, new_site: NewSite) -> None:
        """uvicorn says when a client does not read; Daphne keeps what it is given."""
        site = new_site()
        server = site.serve("uvicorn")
        before = memory(server.pid)
        with site.websocket("/flood/", max_queue=1, close_timeout=0) as websocket:
            websocket.send(str(128 * 1024))
            server.until("its client left more than")
            server.until("flooded")
            assert memory(server.pid) - before < 64 * 1024 * 1024
            assert echoes(site)

    def test_malformed_frame(self, site: Site) -> None:
        with socket.create_connection(("127.0.0.1", site.port), PATIENCE) as client:
            client.sendall(f"GET /echo/ HTTP/1.1\r\n{UPGRADE}\r\n".encode())
            assert client.recv(65536).startswith(b"HTTP/1.1 101")
            # A text frame of reserved bits, unmasked.
            client.sendall(b"\xf1\x02hi")
            assert_closed(client, 1002)
        assert echoes(site)

    def test_text_that_is_not_utf8(self, site: Site) -> None:
        with socket.create_connection(("127.0.0.1", site.port), PATIENCE) as client:
            client.sendall(f"GET /echo/ HTTP/1.1\r\n{UPGRADE}\r\n".encode())
            assert client.recv(65536).startswith(b"HTTP/1.1 101")
            client.sendall(b"\x81\x82\x00\x00\x00\x00\xff\xfe")
            assert_closed(client, 1007)
        assert echoes(site)

    @pytest.mark.parametrize(
        "head",
        [
            "nonsense\r\n\r\n",
            "GET /echo/ HTTP/1.1\r\nHost 127.0.0.1\r\n\r\n",
            f"GET /echo/ HTTP/1.1\r\n{UPGRADE.replace('13', '99')}\r\n",
        ],
    )
    def test_malformed_head(self, site: Site, head: str) -> None:
        assert raw(site, head.encode()).startswith((b"HTTP/1.1 400", b"HTTP/1.1 426", b""))
        assert echoes(site)

    def test_headers_that_are_no_text(self, site: Site) -> None:
        head = f"GET /echo/ HTTP/1.1\r\nX-Odd: \xff\xfe\r\nCookie: \xff=\xfe;;\r\n{UPGRADE}\r\n"
        assert raw(site, head.encode("latin1")).startswith(b"HTTP/1.1 101")
        assert echoes(site)

    def test_one_that_goes_in_the_handshake(self, site: Site) -> None:
        with socket.create_connection(("127.0.0.1", site.port)) as client:
            client.sendall(f"GET /echo/ HTTP/1.1\r\n{UPGRADE}\r\n".encode())
        assert echoes(site)

    def test_oversized_message(self, new_site: NewSite) -> None:
        site = new_site()
        site.serve("uvicorn", "--ws-max-size", "1000")
        with site.websocket("/echo/") as websocket:
            websocket.send("x" * 1001)
            assert close_code(websocket) == 1009


class TestProcesses:
    def test_port_taken(self, new_site: NewSite, server: str) -> None:
        site = new_site()
        with socket.create_server(("127.0.0.1", 0)) as taken:
            with pytest.raises(AssertionError, match=r"(?i)address already in use"):
                site.serve(server, port=taken.getsockname()[1])

    def test_server_killed(self, new_site: NewSite, redis_server: RedisServer, server: str) -> None:
        """The next server serves; the workers do not notice."""
        site = new_site(SERVED_REDIS=redis_server.url)
        site.worker()
        killed = site.serve(server)
        websocket = site.websocket("/chat/room/")
        assert text_of(websocket) == "somebody joined"
        killed.kill()
        with pytest.raises(ConnectionClosed):
            text_of(websocket)
        site.serve(server)
        with site.websocket("/chat/room/") as websocket:
            assert text_of(websocket) == "somebody joined"

    def test_redis_stopped_and_started(
        self, new_site: NewSite, tmp_path: Path, server: str
    ) -> None:
        redis = RedisServer(tmp_path)
        redis.start()
        try:
            site = new_site(SERVED_REDIS=redis.url)
            worker = site.worker()
            site.serve(server)
            websocket = site.websocket("/echo/")
            redis.stop()
            websocket.send("x")
            assert close_code(websocket) == OVERLOADED[server]
            response = site.http.get("/")
            assert (response.status_code, "out of reach" in response.text) == (503, True)
            worker.until("cannot reach the channel layer")
            redis.start()
            worker.until("has reached the channel layer")
            assert echoes(site)
            assert site.http.get("/nowhere/").status_code == 404
        finally:
            redis.stop()


def memory(process: int) -> int:
    """Bytes of memory that a process has."""
    pages = Path(f"/proc/{process}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
