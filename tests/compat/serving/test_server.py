from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from channeltest.compat.serving.layer_application import LayerApplication
from channeltest.compat.serving.server import Server, build_endpoint_description_strings

from ..requesting import wrapped

ENDPOINTS = ["tcp:port=1:interface=127.0.0.1"]


@pytest.fixture
def daphne() -> Iterator[mock.Mock]:
    """Stands for the class of Daphne, which need not be installed."""
    module = mock.Mock()
    with mock.patch.dict(sys.modules, {"daphne": mock.Mock(), "daphne.server": module}):
        yield module.Server


class TestServer:
    def test_run(self, daphne: mock.Mock) -> None:
        layer = wrapped()
        server = Server(layer, endpoints=ENDPOINTS, root_path="/app", action_logger=print)
        server.run()
        daphne.assert_called_once_with(
            server.application,
            endpoints=ENDPOINTS,
            http_timeout=120,
            websocket_timeout=86400,
            root_path="/app",
            action_logger=print,
        )
        daphne.return_value.run.assert_called_once_with()

    def test_application(self) -> None:
        layer = wrapped()
        application = Server(layer, endpoints=ENDPOINTS, ws_protocols=["chat"]).application
        assert isinstance(application, LayerApplication)
        assert (application.channel_layer, application.ws_protocols) == (layer, ["chat"])

    @pytest.mark.parametrize(("given", "used"), [(None, 86400), (5, 5)])
    def test_websocket_timeout(self, daphne: mock.Mock, given: Any, used: int) -> None:
        Server(wrapped(), endpoints=ENDPOINTS, websocket_timeout=given).run()
        assert daphne.call_args.kwargs["websocket_timeout"] == used

    def test_no_endpoints(self) -> None:
        with pytest.raises(UserWarning, match=r"^No endpoints\. This server will not listen"):
            Server(wrapped())

    def test_no_daphne(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "daphne", None)
        monkeypatch.delitem(sys.modules, "daphne.server", raising=False)
        with pytest.raises(ImportError, match="pip install daphne"):
            Server(wrapped(), endpoints=ENDPOINTS).run()


class TestEndpoints:
    @pytest.mark.parametrize(
        ("places", "endpoints"),
        [
            ({}, []),
            ({"host": "localhost", "port": 8000}, ["tcp:port=8000:interface=localhost"]),
            ({"host": "[::1]", "port": "80"}, [r"tcp:port=80:interface=\:\:1"]),
            ({"unix_socket": "a.sock"}, ["unix:a.sock"]),
            ({"file_descriptor": 0}, ["fd:fileno=0"]),
            (
                {"file_descriptor": "5", "unix_socket": "s", "host": "h", "port": 1},
                ["tcp:port=1:interface=h", "unix:s", "fd:fileno=5"],
            ),
        ],
    )
    def test_descriptions(self, places: Any, endpoints: list[str]) -> None:
        assert build_endpoint_description_strings(**places) == endpoints

    @pytest.mark.parametrize("half", [{"host": "localhost"}, {"port": 80}])
    def test_half(self, half: Any) -> None:
        with pytest.raises(ValueError, match=r"^TCP binding requires both port and host kwargs\.$"):
            build_endpoint_description_strings(**half)
