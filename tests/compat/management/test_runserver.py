from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from channeltest.compat.asgi import channel_layers
from channeltest.compat.hacks import monkeypatch_django
from channeltest.compat.handler import ViewConsumer
from channeltest.compat.management.commands import runserver
from channeltest.compat.staticfiles import StaticFilesConsumer
from django.core.management import call_command
from django.core.management.color import no_style
from django.core.management.commands.runserver import Command as DjangoCommand

from ...processes import PATIENCE
from ..requesting import wrapped

COMMANDS = "channels.management.commands.runserver"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("console")]


@pytest.fixture(autouse=True)
def layer() -> Iterator[Any]:
    layer = wrapped()
    old = channel_layers.set("default", layer)
    yield layer
    channel_layers.set("default", old)


@pytest.fixture
def server() -> Iterator[mock.Mock]:
    with mock.patch(f"{COMMANDS}.Command.server_cls") as server:
        yield server


@pytest.fixture
def threads() -> Iterator[mock.Mock]:
    with mock.patch(f"{COMMANDS}.WorkerThread") as thread:
        yield thread


def serve(*arguments: str, **options: Any) -> str:
    out = io.StringIO()
    call_command(runserver.Command(), "--noreload", *arguments, stdout=out, **options)
    return out.getvalue()


def test_is_found_under_its_name_of_channels_1() -> None:
    assert __import__(COMMANDS, fromlist=["Command"]) is runserver


@pytest.mark.usefixtures("threads")
class TestServer:
    def test_defaults(self, server: mock.Mock, layer: Any) -> None:
        serve()
        server.assert_called_once_with(
            channel_layer=layer,
            endpoints=["tcp:port=8000:interface=127.0.0.1"],
            signal_handlers=True,
            action_logger=mock.ANY,
            http_timeout=60,
            ws_protocols=None,
            root_path="",
            websocket_handshake_timeout=5,
        )
        server.return_value.run.assert_called_once_with()

    def test_options(self, server: mock.Mock) -> None:
        serve("localhost:8001", "--http_timeout", "7", "--websocket_handshake_timeout", "8")
        given = server.call_args.kwargs
        assert given["endpoints"] == ["tcp:port=8001:interface=localhost"]
        assert (given["http_timeout"], given["websocket_handshake_timeout"]) == (7, 8)

    def test_settings(self, server: mock.Mock, settings: Any) -> None:
        settings.CHANNELS_WS_PROTOCOLS = ["chat"]
        settings.FORCE_SCRIPT_NAME = "/app"
        serve()
        given = server.call_args.kwargs
        assert (given["ws_protocols"], given["root_path"]) == (["chat"], "/app")

    def test_greeting(self, server: mock.Mock) -> None:
        out = serve("[::1]:8001")
        assert "Starting Channels development server at http://[::1]:8001/\n" in out
        assert "Channel layer default (asgiref.inmemory.ChannelLayer)\n" in out
        assert server.call_args.kwargs["endpoints"] == [r"tcp:port=8001:interface=\:\:1"]

    def test_checks(self, server: mock.Mock) -> None:
        assert "Performing system checks" in serve(skip_checks=False)
        assert "Performing system checks" not in serve(skip_checks=True)

    def test_keyboard_interrupt(self, server: mock.Mock) -> None:
        server.return_value.run.side_effect = KeyboardInterrupt
        assert serve(shutdown_message="bye").endswith("bye\n")

    def test_default_routes(self, server: mock.Mock, layer: Any) -> None:
        serve()
        assert layer.router.channels >= {"http.request", "websocket.connect"}


@pytest.mark.usefixtures("threads")
class TestNotOurs:
    """Where Django's own command does the work."""

    @pytest.fixture
    def inner_run(self) -> Iterator[mock.Mock]:
        with mock.patch(f"{COMMANDS}.RunserverCommand.inner_run", autospec=True) as inner_run:
            yield inner_run

    def test_noasgi(self, server: mock.Mock, inner_run: mock.Mock) -> None:
        serve("--noasgi")
        server.assert_not_called()
        [command] = inner_run.call_args.args[:1]
        assert command.server_cls is DjangoCommand.server_cls

    @pytest.mark.parametrize("layers", [{}, {"default": {"BACKEND": "of.Channels4"}}])
    def test_no_layer_of_channels_1(
        self, server: mock.Mock, inner_run: mock.Mock, settings: Any, layers: Any
    ) -> None:
        settings.CHANNEL_LAYERS = layers
        serve()
        server.assert_not_called()
        inner_run.assert_called_once()


class TestWorkers:
    @pytest.mark.parametrize(
        ("arguments", "count"), [([], 4), (["--nothreading"], 1), (["--noworker"], 0)]
    )
    def test_count(
        self, server: mock.Mock, threads: mock.Mock, arguments: list[str], count: int
    ) -> None:
        serve(*arguments)
        assert threads.call_count == count
        assert threads.return_value.start.call_count == count

    def test_worker(self, server: mock.Mock, layer: Any) -> None:
        with mock.patch(f"{COMMANDS}.Worker") as worker:
            thread = runserver.WorkerThread(layer, mock.Mock())
            thread.run()
        worker.assert_called_once_with(channel_layer=layer, signal_handlers=False)
        assert worker.return_value.mock_calls == [mock.call.ready(), mock.call.run()]

    def test_stop(self, server: mock.Mock, layer: Any) -> None:
        started = []

        class Thread(runserver.WorkerThread):
            def start(self) -> None:
                started.append(self)
                super().start()

        with mock.patch(f"{COMMANDS}.WorkerThread", Thread):
            serve()
        assert len(started) == 4
        for thread in started:
            thread.join(PATIENCE)
            assert not thread.is_alive()


class TestConsumer:
    @pytest.mark.parametrize(
        ("debug", "options", "kind"),
        [
            (True, {"use_static_handler": True}, StaticFilesConsumer),
            (False, {"use_static_handler": True}, ViewConsumer),
            (False, {"use_static_handler": True, "insecure_serving": True}, StaticFilesConsumer),
            (True, {"use_static_handler": False}, ViewConsumer),
            (True, {}, ViewConsumer),
        ],
    )
    def test_get_consumer(self, settings: Any, debug: bool, options: Any, kind: type) -> None:
        settings.DEBUG = debug
        assert type(runserver.Command().get_consumer(**options)) is kind

    def test_static_files_app(self, settings: Any) -> None:
        settings.DEBUG = True
        settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "django.contrib.staticfiles"]
        assert type(runserver.Command().get_consumer()) is StaticFilesConsumer


class TestLogAction:
    @pytest.fixture
    def logged(self) -> Iterator[Any]:
        def log_action(protocol: str, action: str, **details: Any) -> str:
            details = {"path": "/a/", "client": "me:1", **details}
            with mock.patch(f"{COMMANDS}.sys.stderr", new_callable=io.StringIO) as stderr:
                command.log_action(protocol, action, details)
            return stderr.getvalue()

        command = runserver.Command()
        command.style = no_style()
        return log_action

    @pytest.mark.parametrize("status", [100, 200, 304, 302, 404, 400, 500])
    def test_http(self, logged: Any, status: int) -> None:
        line = logged("http", "complete", method="GET", status=status, time_taken=0.12345)
        assert line.endswith(f"] HTTP GET /a/ {status} [0.12, me:1]\n")

    @pytest.mark.parametrize(
        ("status", "role"),
        [
            (101, "INFO"),
            (204, "SUCCESS"),
            (304, "NOT_MODIFIED"),
            (302, "REDIRECT"),
            (404, "NOT_FOUND"),
            (403, "BAD_REQUEST"),
            (503, "SERVER_ERROR"),
        ],
    )
    def test_colours(self, status: int, role: str) -> None:
        command = runserver.Command()
        command.style = mock.Mock()
        details = {"method": "GET", "path": "/", "status": status, "time_taken": 0, "client": ""}
        with mock.patch(f"{COMMANDS}.sys"):
            command.log_action("http", "complete", details)
        assert [call[0] for call in command.style.mock_calls] == [f"HTTP_{role}"]

    @pytest.mark.parametrize(
        ("action", "verb"),
        [
            ("connected", "CONNECT"),
            ("disconnected", "DISCONNECT"),
            ("connecting", "HANDSHAKING"),
            ("rejected", "REJECT"),
        ],
    )
    def test_websocket(self, logged: Any, action: str, verb: str) -> None:
        assert logged("websocket", action).endswith(f"] WebSocket {verb} /a/ [me:1]\n")

    def test_anything_else(self, logged: Any) -> None:
        assert logged("websocket", "something").endswith("] ")


def test_staticfiles_command_inherits() -> None:
    from django.contrib.staticfiles.management.commands.runserver import Command

    before = Command.__bases__
    try:
        monkeypatch_django()
        monkeypatch_django()
        assert Command.__bases__ == (runserver.Command,)
        parser = Command().create_parser("manage.py", "runserver")
        options = parser.parse_args(["--noasgi", "--nostatic"])
        assert (options.use_asgi, options.use_static_handler) == (False, False)
    finally:
        Command.__bases__ = before
