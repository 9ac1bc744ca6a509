"""Multiple channel layers: test_channel_aliases and the alias arguments."""

from channels import Channel, channel_layers, route
from channels.test import ChannelTestCase, Client

from .consumers import my_internal_consumer


class MyTests(ChannelTestCase):
    test_channel_aliases = ["default", "memory"]

    def test_channel_and_get_next_message(self):
        Channel("some-channel-name", alias="memory").send({"foo": "bar"})

        self.assertIsNone(self.get_next_message("some-channel-name"))
        message = self.get_next_message("some-channel-name", alias="memory", require=True)
        self.assertEqual(message.content, {"foo": "bar"})

    def test_client(self):
        client = Client(alias="memory")
        client.channel_layer.router.add_route(route("my_internal_channel", my_internal_consumer))
        client.send_and_consume("my_internal_channel", {"value": "my_value"})
        self.assertEqual(client.receive(), {"all is": "done"})

    def test_every_alias_is_captive_for_one_test_only(self):
        self.assertIs(Client(alias="memory").channel_layer, channel_layers["memory"])
        self.assertIsNone(self.get_next_message("some-channel-name", alias="memory"))
        Channel("some-channel-name", alias="memory").send({"foo": "bar"})


class DefaultTests(ChannelTestCase):
    def test_only_the_default_layer_is_captive(self):
        self.assertEqual(ChannelTestCase.test_channel_aliases, ["default"])
        configured = channel_layers["memory"]
        Channel("some-channel-name").send({"foo": "bar"})
        self.assertEqual(configured.receive_many(["some-channel-name"]), (None, None))
