from unittest import mock

from channels import Group
from channels.routing import Router, route
from channels.test import ChannelTestCase, WSClient, apply_routes

from articles.consumers import FrontPage


class FrontPageTests(ChannelTestCase):
    path = "/ws/desk/front-page/"

    def setUp(self):
        self.client = WSClient()
        self.client.send_and_consume("websocket.connect", path=self.path)

    def test_joins_its_groups(self):
        Group(FrontPage.groups[0]).send({"text": "ok"}, immediately=True)
        self.assertEqual(self.client.receive(json=False), "ok")

    def test_ping(self):
        self.client.send_and_consume("websocket.receive", path=self.path, text="ping")
        self.assertEqual(self.client.receive(json=False), "pong")

    def test_talkers_are_shown_out(self):
        self.client.send_and_consume("websocket.receive", path=self.path, text="hello?")
        message = self.client.get_next_message(self.client.reply_channel)
        self.assertEqual(message.content, {"text": "nobody listens to you", "close": True})

    def test_bytes(self):
        self.client.send_and_consume(
            "websocket.receive", content={"bytes": b"\x01\x02"}, path=self.path
        )
        self.assertEqual(self.client.receive(), {"bytes": b"\x02\x01"})

    def test_leaves_its_groups(self):
        self.client.send_and_consume("websocket.disconnect", path=self.path)
        self.assertEqual(self.client.channel_layer._groups, {})

    def test_group_send(self):
        FrontPage.group_send("front-page", text="extra!", close=True)
        self.assertEqual(
            self.client.get_next_message(self.client.reply_channel).content,
            {"text": "extra!", "close": True},
        )

    def test_returns_the_consumer(self):
        consumer = self.client.send_and_consume("websocket.connect", path=self.path)
        self.assertIsInstance(consumer, FrontPage)
        self.assertEqual(consumer.path, self.path)
        consumer.send(text="by hand")
        self.assertEqual(self.client.receive(json=False), "by hand")

    def test_send_needs_something(self):
        consumer = self.client.send_and_consume("websocket.connect", path=self.path)
        with self.assertRaisesMessage(ValueError, "You must pass text or bytes"):
            consumer.send()

    def test_a_class_in_a_plain_route(self):
        with apply_routes([route("websocket.receive", FrontPage)]):
            self.client.send_and_consume("websocket.receive", path="/anywhere", text="ping")
        self.assertEqual(self.client.receive(json=False), "pong")

    def test_channels_it_answers(self):
        router = Router([FrontPage.as_route(path="^/$")])
        self.assertEqual(
            router.channels, {"websocket.connect", "websocket.receive", "websocket.disconnect"}
        )

    def test_goodbye_calls_close(self):
        with mock.patch("channels.generic.websockets.WebsocketConsumer.close") as close:
            self.client.send_and_consume("websocket.receive", path=self.path, text="bye")
        close.assert_called_once_with()


class BareInstanceTests(ChannelTestCase):
    """Methods called on a consumer that no message has made."""

    def setUp(self):
        with mock.patch.object(FrontPage, "__init__", return_value=None):
            self.consumer = FrontPage()
        self.consumer.message = mock.Mock()

    def test_ping(self):
        with mock.patch.object(FrontPage, "send") as send:
            self.consumer.receive(text="ping")
        send.assert_called_once_with("pong")

    def test_reply(self):
        self.consumer.receive(text="ping")
        self.consumer.message.reply_channel.send.assert_called_once_with({"text": "pong"})

    def test_group_send(self):
        with mock.patch("channels.generic.websockets.Group") as group:
            FrontPage.group_send("front-page", "extra!")
        group.assert_called_once_with("front-page")
        group.return_value.send.assert_called_once_with({"text": "extra!"})
