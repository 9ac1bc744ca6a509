"""What holds under ChannelTestCase, whatever the settings name."""

from channels import Channel, channel_layers
from channels.asgi import get_channel_layer
from channels.test import ChannelTestCase, WSClient
from django.conf import settings


class CaptiveTests(ChannelTestCase):
    def test_the_settings_routing_is_kept(self):
        client = WSClient()
        client.send_and_consume("websocket.connect")
        client.send_and_consume("websocket.receive", text="hello")
        self.assertEqual(client.receive(json=False), "hello")

    def test_a_consumer_by_its_dotted_path(self):
        WSClient().send_and_consume("ring", {"times": 3})
        self.assertEqual(self.get_next_message("rung", require=True)["times"], 3)

    def test_the_layer_is_captive(self):
        Channel("some-channel").send({"a": 1})
        self.assertEqual(self.get_next_message("some-channel").content, {"a": 1})
        self.assertIn("groups", get_channel_layer().extensions)
        self.assertIn("flush", get_channel_layer().extensions)
        self.assertEqual(channel_layers["default"].capacity, 10)

    def test_the_settings_are_read_as_they_stand(self):
        self.assertIn("ROUTING", settings.CHANNEL_LAYERS["default"])
        self.assertEqual(channel_layers.configs, settings.CHANNEL_LAYERS)
        self.assertIn("default", channel_layers)
        self.assertNotIn("other", channel_layers)
