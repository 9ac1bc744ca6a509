"""Older than the rest of the suite: written against Channels 1.0."""

from channels import include, route
from channels.tests import ChannelTestCase, HttpClient, apply_routes
from django.contrib.auth.models import User

from chat.routing import presence_routing


@apply_routes([presence_routing])
class PresenceTests(ChannelTestCase):
    def setUp(self):
        self.watcher = HttpClient()
        self.watcher.send_and_consume("websocket.connect")
        self.reporter = HttpClient()
        self.reporter.force_login(User.objects.create_user("ann", password="pw"))

    def test_in_and_out(self):
        self.reporter.send_and_consume("websocket.connect")
        self.assertEqual(self.watcher.receive(), {"who": "ann", "state": "in"})

        self.reporter.send_and_consume("websocket.disconnect")
        self.assertEqual(self.watcher.receive(), {"who": "ann", "state": "out"})
        self.assertEqual(
            list(self.watcher.channel_layer.group_channels("presence")),
            [self.watcher.reply_channel],
        )

    def test_a_reporter_is_told_too(self):
        self.reporter.send_and_consume("websocket.connect")
        self.assertEqual(self.reporter.receive(), {"who": "ann", "state": "in"})

    def test_readers_are_not_announced(self):
        HttpClient().send_and_consume("websocket.connect")
        self.assertIsNone(self.watcher.receive())

    def test_logging_in_later_needs_the_cookie_again(self):
        reader = HttpClient()
        reader.send_and_consume("websocket.connect")
        reader.force_login(User.objects.create_user("bob", password="pw"))
        reader.send_and_consume("websocket.connect")
        self.assertIsNone(self.watcher.receive())

        reader._session_cookie = True
        reader.send_and_consume("websocket.connect")
        self.assertEqual(self.watcher.receive(), {"who": "bob", "state": "in"})


class OtherRoutesTests(ChannelTestCase):
    @apply_routes([include(presence_routing, path=r"^/old")])
    def test_decorated_method(self):
        client = HttpClient()
        client.send_and_consume("websocket.connect", path="/old/presence")
        self.assertIsNone(client.receive())

    def test_lambda(self):
        client = HttpClient()
        echo = route("echo", lambda message: message.reply_channel.send({"text": message["text"]}))
        with apply_routes(echo):
            client.send_and_consume("echo", text={"a": [1, 2]})
        self.assertEqual(client.receive(), {"a": [1, 2]})

    def test_lists_of_lists(self):
        client = HttpClient()
        echo = [route("echo", lambda message, **kwargs: kwargs, path=r"^/(?P<word>\w+)$")]
        with apply_routes([presence_routing, echo]):
            self.assertEqual(client.send_and_consume("echo", path="/hi"), {"word": "hi"})
            client.send_and_consume("websocket.connect")

    def test_routes_come_back(self):
        client = HttpClient()
        with apply_routes([presence_routing]):
            self.assertIsNone(client.get_consumer_by_channel("chat.mute"))
        self.assertIsNotNone(client.get_consumer_by_channel("chat.mute"))
