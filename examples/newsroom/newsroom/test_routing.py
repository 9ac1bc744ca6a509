from articles.consumers import Desk, publish_article
from channels import channel_layers, include, route
from channels.message import Message
from channels.routing import Router
from channels.test import ChannelTestCase
from chat.consumers import RoomConsumer, connect_presence
from django.core.exceptions import ImproperlyConfigured
from liveblog.consumers import connect_dictation, connect_reader, receive_wire


class RoutingTests(ChannelTestCase):
    def match(self, channel, **content):
        layer = channel_layers["default"]
        return layer.router.match(Message(content, channel, layer))

    def test_websockets(self):
        for path, expected in [
            ("/ws/live/election/", (connect_reader, {"slug": "election"})),
            ("/ws/live/election/dictate/", (connect_dictation, {"slug": "election"})),
            ("/ws/chat/presence/", (connect_presence, {})),
            ("/ws/chat/lounge/", (RoomConsumer, {"room": "lounge"})),
            ("/ws/desk/edit/", (Desk, {})),
            ("/ws/desk/", None),
            ("/live/election/", None),
        ]:
            with self.subTest(path=path):
                self.assertEqual(self.match("websocket.connect", path=path), expected)

    def test_prefixes_are_put_back(self):
        layer = channel_layers["default"]
        message = Message({"path": "/ws/chat/lounge/"}, "websocket.connect", layer)
        layer.router.match(message)
        self.assertEqual(message["path"], "/ws/chat/lounge/")

    def test_requests(self):
        self.assertEqual(
            self.match("http.request", path="/hooks/afp/", method="POST"),
            (receive_wire, {"agency": "afp"}),
        )
        self.assertIsNone(self.match("http.request", path="/hooks/afp/", method="GET"))

    def test_workers(self):
        self.assertEqual(self.match("articles.publish"), (publish_article, {}))
        self.assertIsNone(self.match("articles.burn"))

    def test_channels_for_the_workers(self):
        channels = channel_layers["default"].router.channels
        self.assertLessEqual({"chat.mute", "chat.remarks", "liveblog.entry"}, channels)

    def test_missing_consumer(self):
        with self.assertRaisesMessage(ImproperlyConfigured, "Cannot import consumer"):
            route("websocket.connect", "chat.consumers.connect_attic")

    def test_missing_routing(self):
        with self.assertRaisesMessage(ImproperlyConfigured, "Cannot import channel routing"):
            include("attic.routing.routing")

    def test_positional_groups(self):
        with self.assertRaisesMessage(ValueError, "only named groups are allowed"):
            route("websocket.connect", connect_reader, path=r"^/(\w+)/$")

    def test_as_text(self):
        self.assertEqual(
            str(route("websocket.connect", connect_presence, path="^/$")),
            "websocket.connect (path=^/$) -> chat.consumers.connect_presence",
        )

    def test_defaults(self):
        router = Router([])
        router.check_default(http_consumer=receive_wire)
        consumer, _ = router.match(Message({}, "http.request", channel_layers["default"]))
        self.assertIs(consumer, receive_wire)
        self.assertIn("websocket.connect", router.channels)
