"""The exceptions of both versions, and those that act on the message."""

from __future__ import annotations

import pickle

import channels.exceptions
import pytest
from channeltest.compat import exceptions
from channeltest.compat.asgi import ChannelLayerWrapper
from channeltest.compat.inmemory import ChannelLayer
from channeltest.compat.message import Message


@pytest.fixture
def layer():
    return ChannelLayerWrapper(ChannelLayer(), "default", [])


def message(layer, reply_channel):
    return Message({"reply_channel": reply_channel} if reply_channel else {}, "c", layer)


@pytest.mark.parametrize("name", exceptions.__all__)
def test_one_class_under_both_names(name):
    assert getattr(channels.exceptions, name) is getattr(exceptions, name)
    assert issubclass(getattr(exceptions, name), Exception)


def test_a_socket_exception_has_nothing_to_run(layer):
    with pytest.raises(NotImplementedError):
        exceptions.ChannelSocketException().run(message(layer, "websocket.send?x"))


class TestClosing:
    @pytest.mark.parametrize(
        ("code", "sent"), [(None, True), (1000, 1000), (3000, 3000), (4999, 4999)]
    )
    def test_the_close_is_sent(self, layer, code, sent):
        exceptions.WebsocketCloseException(code).run(message(layer, "websocket.send?x"))
        assert layer.receive_many(["websocket.send?x"]) == ("websocket.send?x", {"close": sent})

    def test_any_integer_will_do(self, layer):
        """As in 1.1.8, whose check lets them through."""
        exceptions.WebsocketCloseException(1011).run(message(layer, "websocket.send?x"))
        assert layer.receive_many(["websocket.send?x"])[1] == {"close": 1011}

    @pytest.mark.parametrize("code", [1.5, 2999.0, 5000.0])
    def test_other_numbers(self, code):
        with pytest.raises(ValueError, match=f"^invalid close code {code} "):
            exceptions.WebsocketCloseException(code)

    @pytest.mark.parametrize("reply_channel", ["http.response?x", "websockets", "reply", None])
    def test_what_is_no_websocket(self, layer, reply_channel):
        with pytest.raises(
            ValueError, match="You cannot raise CloseWebsocketError from a non-websocket"
        ):
            exceptions.WebsocketCloseException().run(message(layer, reply_channel))

    def test_it_travels(self):
        raised = pickle.loads(pickle.dumps(exceptions.WebsocketCloseException(4001)))
        assert raised._code == 4001
