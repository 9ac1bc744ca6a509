import json
from unittest import mock

import pytest
from channeltest.compat.channel import Group
from channeltest.compat.generic import websockets as websockets_module
from channeltest.compat.generic.websockets import (
    JsonWebsocketConsumer,
    WebsocketConsumer,
)
from django.contrib.auth.models import User

from ..consuming import ConsumerTestCase, browser_session, handshake


class WebsocketTestCase(ConsumerTestCase):
    def connect(self, consumer, path="/", **kwargs):
        return consumer(self.message("websocket.connect", path=path), **kwargs)

    def receive(self, consumer, **content):
        return consumer(self.message("websocket.receive", **{"path": "/", **content}))

    def disconnect(self, consumer, **kwargs):
        return consumer(self.message("websocket.disconnect", path="/"), **kwargs)


class Echo(WebsocketConsumer):
    groups = ["one", "two"]

    def receive(self, text=None, bytes=None, **kwargs):
        self.send(text=text, bytes=bytes)


class WebsocketConsumerTests(WebsocketTestCase):
    def test_listens_to_the_three_channels(self):
        assert WebsocketConsumer.channel_names() == {
            "websocket.connect",
            "websocket.receive",
            "websocket.disconnect",
        }

    def test_connect_accepts(self):
        self.connect(WebsocketConsumer)
        assert self.waiting() == [{"accept": True}]

    def test_path(self):
        assert self.connect(WebsocketConsumer, path="/room/").path == "/room/"

    def test_needs_a_path(self):
        with pytest.raises(KeyError, match="path"):
            WebsocketConsumer(self.message("websocket.connect"))

    def test_groups(self):
        self.connect(Echo)
        assert list(self.layer.group_channels("one")) == [self.reply]
        assert list(self.layer.group_channels("two")) == [self.reply]
        self.disconnect(Echo)
        assert list(self.layer.group_channels("one")) == []

    def test_groups_of_the_path(self):
        class Room(WebsocketConsumer):
            def connection_groups(self, room=None):
                return [f"room-{room}"]

        self.connect(Room, room="a")
        assert list(self.layer.group_channels("room-a")) == [self.reply]
        self.disconnect(Room, room="a")
        assert list(self.layer.group_channels("room-a")) == []

    def test_hooks_get_what_was_captured(self):
        calls = []

        class Noting(WebsocketConsumer):
            def connect(self, message, **kwargs):
                calls.append(("connect", kwargs))

            def disconnect(self, message, **kwargs):
                calls.append(("disconnect", kwargs))

        self.connect(Noting, slug="a")
        self.disconnect(Noting, slug="b")
        assert calls == [("connect", {"slug": "a"}), ("disconnect", {"slug": "b"})]

    def test_receive_text_and_bytes(self):
        self.receive(Echo, text="hello")
        self.receive(Echo, bytes=b"hello")
        assert self.waiting() == [{"text": "hello"}, {"bytes": b"hello"}]

    def test_receive_needs_one_of_them(self):
        with pytest.raises(KeyError, match="bytes"):
            self.receive(Echo)

    def test_send_and_close(self):
        consumer = self.receive(WebsocketConsumer, text="")
        consumer.send("bye", close=True)
        consumer.send(bytes=b"bye", close=4000)
        assert self.waiting() == [{"text": "bye", "close": True}, {"bytes": b"bye", "close": 4000}]

    def test_close(self):
        consumer = self.receive(WebsocketConsumer, text="")
        consumer.close()
        consumer.close(status=4001)
        assert self.waiting() == [{"close": True}, {"close": 4001}]

    def test_send_needs_text_or_bytes(self):
        for send in [
            self.receive(WebsocketConsumer, text="").send,
            lambda: WebsocketConsumer.group_send("g"),
        ]:
            with pytest.raises(ValueError, match="You must pass text or bytes"):
                send()

    def test_group_send(self):
        Group("g").add(self.reply)
        WebsocketConsumer.group_send("g", "text", close=True)
        WebsocketConsumer.group_send("g", bytes=b"bytes")
        assert self.waiting() == [{"text": "text", "close": True}, {"bytes": b"bytes"}]

    def test_group_can_be_patched(self):
        with mock.patch.object(websockets_module, "Group") as group:
            WebsocketConsumer.group_send("g", "text")
        group.assert_called_once_with("g")

    def test_strict_ordering(self):
        class Ordered(Echo):
            strict_ordering = True

        self.receive(Ordered, text="early", order=1)
        assert self.waiting() == []
        self.receive(Ordered, text="first", order=0)
        assert self.waiting() == [{"text": "first"}]
        assert [content["text"] for content in self.waiting("websocket.receive")] == ["early"]

    def test_slight_ordering_is_refused(self):
        class Slight(Echo):
            slight_ordering = True

        with pytest.raises(ValueError, match="Please remove `slight_ordering=True`"):
            self.connect(Slight)

    def test_http_user(self):
        user = User.objects.create(username="ada")

        class WithUser(Echo):
            http_user = True

        message = self.message("websocket.connect", **handshake(browser_session(user)))
        WithUser(message)
        assert message.user == user
        assert self.receive(WithUser, text="").message.user == user

    def test_http_user_and_session(self):
        session = browser_session(User.objects.create(username="ada"))

        class WithBoth(Echo):
            http_user_and_session = True

        WithBoth(self.message("websocket.connect", **handshake(session)))
        message = self.receive(WithBoth, text="").message
        assert message.http_session.session_key == session.session_key


class JsonWebsocketConsumerTests(WebsocketTestCase):
    def test_decodes_and_encodes(self):
        class Doubling(JsonWebsocketConsumer):
            def receive(self, content, **kwargs):
                self.send({"twice": content["n"] * 2}, close=True)

        self.receive(Doubling, text='{"n": 2}')
        assert self.waiting() == [{"text": '{"twice": 4}', "close": True}]

    def test_own_encoding(self):
        class Hex(JsonWebsocketConsumer):
            @classmethod
            def decode_json(cls, text):
                return bytes.fromhex(text)

            @classmethod
            def encode_json(cls, content):
                return content.hex()

            def receive(self, content, **kwargs):
                self.send(content)

        self.receive(Hex, text="00ff")
        Group("g").add(self.reply)
        Hex.group_send("g", b"\x01")
        assert self.waiting() == [{"text": "00ff"}, {"text": "01"}]

    def test_needs_text(self):
        with pytest.raises(ValueError, match="No text section for incoming WebSocket frame!"):
            self.receive(JsonWebsocketConsumer, bytes=b"{}")

    def test_needs_json(self):
        with pytest.raises(json.JSONDecodeError):
            self.receive(JsonWebsocketConsumer, text="{")

    def test_group_send(self):
        Group("g").add(self.reply)
        JsonWebsocketConsumer.group_send("g", {"a": 1}, close=4000)
        assert self.waiting() == [{"text": '{"a": 1}', "close": 4000}]
