"""Mistakes of consumers and of clients behind real servers: answered at once, without harm."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from channeltest.compat.redis.layer import RedisChannelLayer
from redis import Redis
from redis.exceptions import RedisError
from websockets.exceptions import ConnectionClosed, InvalidStatus

from ...processes import PATIENCE
from ...redis_server import RedisServer
from ...sites import SERVERS, NewSite, Site, text_of

pytest.importorskip("daphne", reason="Daphne is optional")
pytest.importorskip("uvicorn", reason="uvicorn is optional")

# Daphne sends of the codes below 3000 only 1000.
INTERNAL_ERROR = {"daphne": 4011, "uvicorn": 1011}
OVERLOADED = {"daphne": 4013, "uvicorn": 1013}


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest) -> str:
    """The name of each server."""
    name: str = request.param
    return name


@pytest.fixture
def site(new_site: NewSite, server: str) -> Site:
    """The project with its workers in the server."""
    site = new_site()
    site.serve(server)
    return site


def echoes(site: Site) -> bool:
    """Whether the server serves others."""
    with site.websocket("/echo/") as websocket:
        websocket.send("x")
        return bool(text_of(websocket) == "x")


def close_code(websocket: Any) -> int:
    with pytest.raises(ConnectionClosed) as caught:
        while True:
            text_of(websocket)
    assert caught.value.rcvd is not None
    return int(caught.value.rcvd.code)


def raw(site: Site, data: bytes) -> bytes:
    """Send bytes; all that the server answers until it closes."""
    with socket.create_connection(("127.0.0.1", site.port), PATIENCE) as client:
        client.sendall(data)
        answer = b""
        while more := client.recv(65536):
            answer += more
        return answer


class TestRepliesToWebsockets:
    def test_a_close_code_that_is_none(self, site: Site, server: str) -> None:
        with site.websocket("/wrong/") as websocket:
            websocket.send("code")
            assert close_code(websocket) == INTERNAL_ERROR[server]
        site.server.until("the server refused it with")
        site.server.until("left /wrong/ 1011")
        assert echoes(site)

    def test_a_text_that_daphne_does_not_send(self, new_site: NewSite) -> None:
        site = new_site()
        site.serve("daphne")
        with site.websocket("/wrong/", max_size=None) as websocket:
            websocket.send("long")
            assert close_code(websocket) == INTERNAL_ERROR["daphne"]
        site.server.until("left /wrong/ 1011")
        assert echoes(site)

    def test_a_server_that_is_stopped(self, new_site: NewSite, redis_server: RedisServer) -> None:
        """The worker is sent the end of every connection."""
        site = new_site(SERVED_REDIS=redis_server.url)
        worker = site.worker()
        site.serve("uvicorn")
        websockets = [site.websocket("/closing/") for _ in range(3)]
        site.server.terminate()
        for _ in websockets:
            worker.until("left /closing/")


class TestReplies:
    @pytest.mark.parametrize("kind", ["status", "header", "value", "content"])
    def test_a_first_part_that_is_none(self, site: Site, kind: str) -> None:
        assert site.http.get(f"/wrong/{kind}/").status_code == 500
        site.server.until("because tests.served.consumers.respond_wrongly replied wrongly")
        assert echoes(site)

    @pytest.mark.parametrize("kind", ["deny", "close"])
    def test_an_exception_that_is_for_websockets(
        self, new_site: NewSite, server: str, kind: str
    ) -> None:
        """It ends no worker thread, of which there are four."""
        site = new_site()
        site.serve(server, SERVED_HTTP_TIMEOUT="0.2")
        for _ in range(6):
            assert site.http.get(f"/wrong/{kind}/").status_code == 503
        assert echoes(site)

    def test_a_stream_that_fails(self, new_site: NewSite) -> None:
        """Daphne ends such a response only after its own timeout."""
        site = new_site()
        site.serve("uvicorn")
        with pytest.raises(httpx.RemoteProtocolError):
            site.http.get("/broken-stream/")
        site.server.until("ends before it is complete")
        assert echoes(site)

    def test_a_stream_that_fails_on_daphne(self, new_site: NewSite) -> None:
        """It cannot break a response off, and ends it at its own timeout as if it were complete."""
        site = new_site()
        site.serve("daphne", "--http-timeout", "1")
        for _ in range(2):
            assert site.http.get("/broken-stream/").text == "a"
            site.server.until("ends before it is complete")
            site.server.until("Application timed out while sending response")
        assert echoes(site)

    def test_an_error_page_that_fails(self, site: Site) -> None:
        response = site.http.get("/broken/")
        assert (response.status_code, response.text) == (500, "Internal Server Error")


class TestRequests:
    def test_a_header_that_imitates_another(self, site: Site) -> None:
        head = "GET /who/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        one = raw(site, f"{head}X_User: admin\r\n\r\n".encode())
        both = raw(site, f"{head}X-User: ann\r\nX_User: admin\r\n\r\n".encode())
        assert b"nobody" in one
        assert b"\r\nann\r\n" in both

    def test_a_form_that_is_too_long(self, site: Site) -> None:
        assert site.http.post("/form/", data={"a": "x" * 2_000_000}).text == "2000000"
        assert site.http.post("/form/", data={"a": "x" * 3_000_000}).status_code == 400


class TestBacklog:
    def test_slow_readers_of_long_responses(self, new_site: NewSite) -> None:
        """What they leave unread is on disk, and none of it is lost."""
        site = new_site()
        site.serve("uvicorn")
        site.http.get("/nowhere/")
        before = memory(site.server.pid)
        clients = [socket.create_connection(("127.0.0.1", site.port), PATIENCE) for _ in range(2)]
        for client in clients:
            client.sendall(b"GET /long-stream/?megabytes=100 HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
        assert site.http.get("/long-stream/?megabytes=100").content == b"x" * (100 * 2**20)
        assert memory(site.server.pid) - before < 200 * 2**20
        for client in clients:
            received = 0
            while more := client.recv(1 << 20):
                received += len(more)
            assert received > 100 * 2**20
            client.close()


@contextmanager
def readonly(redis: RedisServer) -> Iterator[None]:
    """A Redis that was made a replica, as at a failover."""
    with Redis(redis.host, redis.port) as client:
        client.replicaof(redis.host, 1)
        yield
        client.replicaof("NO", "ONE")


@contextmanager
def busy(redis: RedisServer) -> Iterator[None]:
    """A Redis that runs a script which does not end."""
    with Redis(redis.host, redis.port) as client, Redis(redis.host, redis.port) as running:
        client.config_set("lua-time-limit", 1)
        thread = threading.Thread(
            target=suppressed, args=(running.eval, "while true do end", 0), daemon=True
        )
        thread.start()
        try:
            with suppress(RedisError):
                # Until it is refused, because the script runs.
                while True:
                    client.get("anything")
            yield
        finally:
            client.script_kill()
            thread.join()


def suppressed(call: Callable[..., Any], *arguments: Any) -> None:
    with suppress(RedisError):
        call(*arguments)


@contextmanager
def loading(redis: RedisServer) -> Iterator[None]:
    """A Redis that was started again, and has many keys to read first."""
    with Redis(redis.host, redis.port) as client:
        client.config_set("save", "3600 1000000")
        client.execute_command("DEBUG", "POPULATE", 50_000)
        redis.stop()
        redis.start(
            *("--key-load-delay", "1000", "--loading-process-events-interval-bytes", "1024"),
            ready="Server initialized",
        )
        yield
        client.config_set("key-load-delay", 0)


Fault = Callable[[RedisServer], AbstractContextManager[None]]
FAULTS: list[Fault] = [readonly, busy, loading]


class TestRedis:
    @pytest.fixture
    def redis(self, tmp_path: Path) -> Any:
        directory = tmp_path / "data"
        directory.mkdir()
        redis = RedisServer(directory, "--enable-debug-command", "local")
        redis.start()
        yield redis
        with Redis(redis.host, redis.port) as client:
            # It would not end before it has stored its data.
            client.config_set("save", "")
        redis.stop()

    def test_no_memory_left(self, new_site: NewSite, redis: RedisServer, server: str) -> None:
        site = new_site(SERVED_REDIS=redis.url)
        worker = site.worker()
        site.serve(server)
        websocket = site.websocket("/echo/")
        with Redis(redis.host, redis.port) as client:
            client.config_set("maxmemory", 1)
            websocket.send("x")
            assert close_code(websocket) == OVERLOADED[server]
            assert site.http.get("/nowhere/").status_code == 503
            client.config_set("maxmemory", 0)
        assert echoes(site)
        assert worker.pid

    def test_a_disk_that_is_full(
        self, new_site: NewSite, redis: RedisServer, server: str, tmp_path: Path
    ) -> None:
        """Redis refuses all writes when it could not store its data."""
        site = new_site(SERVED_REDIS=redis.url)
        worker = site.worker()
        site.serve(server)
        websocket = site.websocket("/echo/")
        with Redis(redis.host, redis.port) as client:
            (tmp_path / "data").rmdir()
            client.config_set("save", "3600 1")
            client.bgsave()
            while client.info("persistence")["rdb_last_bgsave_status"] != "err":
                pass
            websocket.send("x")
            assert close_code(websocket) == OVERLOADED[server]
            with pytest.raises(InvalidStatus):
                site.websocket("/echo/")
            worker.until("cannot reach the channel layer")
            client.config_set("stop-writes-on-bgsave-error", "no")
        worker.until("has reached the channel layer")
        assert echoes(site)

    @pytest.mark.parametrize("fault", FAULTS)
    def test_a_server_that_answers_with_an_error(
        self, new_site: NewSite, redis: RedisServer, server: str, fault: Fault
    ) -> None:
        """That is an outage like any other: workers and server wait, and go on."""
        site = new_site(SERVED_REDIS=redis.url)
        worker = site.worker()
        site.serve(server)
        websocket = site.websocket("/echo/")
        with fault(redis):
            # A call that waits already is left waiting by a script.
            if fault is not busy:
                worker.until("cannot reach the channel layer")
            websocket.send("x")
            assert close_code(websocket) == OVERLOADED[server]
            assert site.http.get("/nowhere/").status_code == 503
            with pytest.raises(InvalidStatus):
                site.websocket("/echo/")
        if fault is not busy:
            worker.until("has reached the channel layer")
        assert echoes(site)
        assert worker.terminate() == 0

    def test_foreign_messages(
        self, new_site: NewSite, redis_server: RedisServer, server: str
    ) -> None:
        site = new_site(SERVED_REDIS=redis_server.url)
        worker = site.worker()
        site.serve(server)
        assert echoes(site)
        with Redis(redis_server.host, redis_server.port) as client:
            client.zadd("asgi:websocket.receive", {os.urandom(30): 9e9})
            worker.until("What was on channel websocket.receive is dropped")
            for key in client.scan_iter(match="asgi:websocket.send*"):
                client.zadd(key, {os.urandom(30): 9e9})
            # A key of asgi_redis, which kept lists.
            client.delete("asgi:other")
            client.rpush("asgi:other", "x")
            worker.until("asgi:other on Redis is deleted")
        assert echoes(site)
        layer = RedisChannelLayer(hosts=[redis_server.url])
        layer.send("other", {"number": 7})
        worker.until("other 7")


def memory(process: int) -> int:
    """Bytes of memory that a process has."""
    pages = Path(f"/proc/{process}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
