from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from channeltest.compat.asgi import channel_layers
from channeltest.compat.inmemory import ChannelLayer
from channeltest.compat.routing import route
from channeltest.compat.serving import ProjectApplication, get_asgi_application
from django.core.exceptions import ImproperlyConfigured

from ...processes import ROOT
from ...sites import SERVERS, NewSite, text_of
from ..inplace import in_place
from .bridging import Connection

pytestmark = pytest.mark.django_db(transaction=True)


def echo(message: Any) -> None:
    message.reply_channel.send({"text": message.content.get("text", "hello")})


def working() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "channels worker"]


class TestWorkers:
    def test_of_a_layer_in_memory(self) -> None:
        async def serve(application: ProjectApplication) -> None:
            server = Connection(application, type="lifespan")
            server.send("lifespan.startup")
            assert await server.receive() == {"type": "lifespan.startup.complete"}
            assert len(working()) == 4
            connection = Connection(application)
            connection.send("websocket.connect")
            assert (await connection.receive())["type"] == "websocket.accept"
            assert (await connection.receive())["text"] == "hello"
            connection.send("websocket.disconnect", code=1000)
            await connection.end()
            server.send("lifespan.shutdown")
            assert await server.receive() == {"type": "lifespan.shutdown.complete"}
            await server.end()

        with in_place(routing=[route("websocket.connect", echo)]):
            asyncio.run(serve(get_asgi_application()))
        assert not working()

    def test_none_beside_worker_processes(self) -> None:
        async def serve(application: ProjectApplication) -> None:
            server = Connection(application, type="lifespan")
            server.send("lifespan.startup")
            await server.receive()
            assert not working()
            server.send("lifespan.shutdown")
            await server.receive()
            await server.end()

        channel_layers.set("plain", None)
        asyncio.run(serve(get_asgi_application("plain")))

    def test_as_many_as_wanted(self) -> None:
        async def serve(application: ProjectApplication) -> None:
            server = Connection(application, type="lifespan")
            server.send("lifespan.startup")
            await server.receive()
            assert len(working()) == 1
            server.send("lifespan.shutdown")
            await server.end()

        with in_place():
            asyncio.run(serve(get_asgi_application(workers=1)))


def test_unknown_alias() -> None:
    with pytest.raises(KeyError):
        get_asgi_application("nowhere")


def test_other_types_of_connection() -> None:
    async def serve() -> None:
        with pytest.raises(ValueError, match="not webtransport"):
            await Connection(get_asgi_application(workers=0), type="webtransport").end()

    with in_place():
        asyncio.run(serve())


def test_without_the_harness(tmp_path: Any) -> None:
    """What serves a project has no test harness in it."""
    program = (
        "import sys, tests.served.asgi\n"
        "print([m for m in sys.modules if m.startswith('channeltest')])\n"
        "assert 'channels.testing' not in sys.modules and 'pytest' not in sys.modules\n"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"SERVED_DATABASE": str(tmp_path / "x.sqlite3"), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.replace("'", '"')
    ours = {name for name in json.loads(loaded) if not name.startswith("channeltest.compat")}
    assert ours == {
        "channeltest",
        "channeltest.activation",
        "channeltest.apps",
        "channeltest.checks",
    }


@pytest.mark.parametrize("server", SERVERS)
def test_behind_a_modern_router(new_site: NewSite, server: str) -> None:
    """A modern router goes first; what it leaves is the old project's."""
    site = new_site()
    site.serve(server, application="tests.served.fallback:application")
    with site.websocket("/echo/") as websocket:
        websocket.send("x")
        assert text_of(websocket) == "modern x"
    with site.websocket("/chat/room/") as websocket:
        assert text_of(websocket) == "somebody joined"
        site.http.get("/shout/", params={"room": "room", "text": "hey"})
        assert text_of(websocket) == "hey"
    assert site.http.get("/nowhere/").status_code == 404


class TestOldAsgiFile:
    """The ``asgi.py`` of Channels 1, behind one more line or as it was."""

    FILE = (
        "import os\n"
        "{activation}"
        "import channels.asgi\n"
        "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'tests.served.settings')\n"
        "channel_layer = channels.asgi.get_channel_layer()\n"
    )

    @pytest.mark.parametrize("server", SERVERS)
    def test_it_serves(self, new_site: NewSite, tmp_path: Path, server: str) -> None:
        source = self.FILE.format(activation="import channeltest; channeltest.install()\n")
        (tmp_path / "old_asgi.py").write_text(source)
        site = new_site(PYTHONPATH=f"{tmp_path}:{ROOT}")
        site.serve(server, application="old_asgi:channel_layer")
        with site.websocket("/echo/") as websocket:
            websocket.send("hey")
            assert text_of(websocket) == "hey"
        assert site.http.get("/nowhere/").status_code == 404

    def test_another_layer_serves_nothing(self) -> None:
        async def call() -> None:
            await ChannelLayer()({"type": "http"}, None, None)

        with pytest.raises(ImproperlyConfigured, match=r"ChannelLayer serves no project.*asgi\.py"):
            asyncio.run(call())
