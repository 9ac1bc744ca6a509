"""What is on a layer and in its routes, in words."""

from __future__ import annotations

import pytest
from channels import Channel, channel_layers
from channeltest.compat.asgi import ChannelLayerWrapper
from channeltest.compat.inmemory import ChannelLayer
from channeltest.compat.routing import include, route
from channeltest.compat.sessions import http_session

from channeltest import ChannelTestCase, WSClient, apply_routes
from channeltest.channels1.layer_in_use import no_message, waiting
from tests.compat.inplace import told


@pytest.fixture
def layer():
    return ChannelLayer()


def test_nothing(layer):
    assert waiting(layer) == "nothing waits on any channel"


def test_channels_and_how_much(layer):
    layer.send("one", {})
    layer.send("two", {})
    layer.send("two", {})
    assert waiting(layer) == "waiting: 'one' (1), 'two' (2)"


def test_emptied_channels_do_not_count(layer):
    layer.send("one", {})
    layer.receive_many(["one"])
    assert waiting(layer) == "nothing waits on any channel"


def test_many_channels(layer):
    for number in range(10):
        layer.send(f"c{number}", {})
    assert waiting(layer).endswith("'c7' (1) and 2 more")


def test_through_the_wrapper(layer):
    layer.send("one", {})
    assert waiting(ChannelLayerWrapper(layer, "default", [])) == "waiting: 'one' (1)"


def test_a_layer_that_keeps_its_queues_elsewhere():
    assert waiting(object()) == "what else waits is not known for this layer"


def test_groups(layer):
    layer.group_add("chat", "one")
    layer.group_add("chat", "two")
    assert waiting(layer) == "nothing waits on any channel; groups: 'chat' (2)"


class FromTheClassTests(ChannelTestCase):
    @classmethod
    def setUpTestData(cls):
        Channel("results").send({"n": 1})

    def test_messages_of_the_set_up(self):
        with pytest.raises(AssertionError, match="Expected a message on channel results") as caught:
            self.get_next_message("results", require=True)
        assert "1 message(s) on 'results' were sent while the class" in told(caught.value)
        with pytest.raises(AssertionError, match="No message for channel results") as caught:
            WSClient().consume("results")
        assert "send them in setUp()" in told(caught.value)

    def test_another_channel(self):
        assert "set up" not in no_message(channel_layers["default"], "others")


class RouteTests(ChannelTestCase):
    def failure(self, *routes):
        with apply_routes(list(routes)), pytest.raises(AssertionError) as caught:
            WSClient().send_and_consume("c")
        return told(caught.value)

    def test_routes_in_words(self):
        def consumer(message):
            pass

        inner = route("other", consumer, path="^/x")
        text = self.failure(inner, include([include([inner], path="^/b")], path="^/a"), [inner])
        assert "routes: other (path=^/x) -> " in text
        assert "; under path=^/a: under path=^/b: other (path=^/x) -> " in text
        assert " object at 0x" not in text.partition("routes:")[2]


class SessionTests(ChannelTestCase):
    def failure(self, consumer):
        with apply_routes([route("c", consumer)]):
            client = WSClient()
            client.send("first")
            with pytest.raises(AttributeError, match="'NoneType'") as caught:
                client.send_and_consume("c")
        return caught.value

    def test_a_message_without_cookies(self):
        error = self.failure(http_session(lambda message: message.http_session.get("a")))
        assert "http_user_and_session" in told(error)

    def test_another_none(self):
        assert "http_session" not in told(self.failure(lambda message: None.nothing))


class TracebackTests(ChannelTestCase):
    def test_library_frames_are_hidden(self):
        def consumer(message):
            raise LookupError

        with apply_routes([route("c", consumer)]), pytest.raises(LookupError) as caught:
            WSClient().send_and_consume("c")
        shown = [entry.name for entry in caught.traceback.filter(caught)]
        assert shown == ["test_library_frames_are_hidden", "consumer"]
