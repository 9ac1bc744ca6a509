"""ChannelTestCase: inject messages and inspect the ones that consumers send."""

from channels import Channel, channel_layers
from channels.test import ChannelTestCase

from .consumers import my_consumer


class InjectionTests(ChannelTestCase):
    def test_a_thing(self):
        # This goes onto an in-memory channel, not the real backend.
        Channel("some-channel-name").send({"foo": "bar"})

        message = self.get_next_message("some-channel-name")
        self.assertEqual(message.content, {"foo": "bar"})
        self.assertEqual(message.channel.name, "some-channel-name")

    def test_the_underlying_layer_gives_a_raw_dict_and_channel_name(self):
        Channel("some-channel-name").send({"foo": "bar"})
        self.assertEqual(
            channel_layers["default"].receive_many(["some-channel-name"]),
            ("some-channel-name", {"foo": "bar"}),
        )

    def test_the_next_message_is_none_by_default(self):
        self.assertIsNone(self.get_next_message("some-channel-name"))

    def test_a_required_message_fails_the_test(self):
        with self.assertRaisesMessage(
            self.failureException, "Expected a message on channel some-channel-name, got none"
        ):
            self.get_next_message("some-channel-name", require=True)


class MyTests(ChannelTestCase):
    def test_a_thing(self):
        # Inject a message onto the channel to use in a consumer
        Channel("input").send({"value": 33})
        # Run the consumer with the new Message object
        my_consumer(self.get_next_message("input", require=True))
        # Verify there's a result and that it's accurate
        result = self.get_next_message("result", require=True)
        self.assertEqual(result["value"], 1089)
