"""Generic consumers: pass the message to the constructor of the class."""

from channels import Channel
from channels.test import ChannelTestCase

from .consumers import MyConsumer


class MyTests(ChannelTestCase):
    def test_a_thing(self):
        # Inject a message onto the channel to use in a consumer
        Channel("input").send({"value": 33, "reply_channel": "reply"})
        # Run the consumer with the new Message object
        message = self.get_next_message("input", require=True)
        MyConsumer(message)
        # Verify there's a reply and that it's accurate
        result = self.get_next_message(message.reply_channel.name, require=True)
        self.assertEqual(result["value"], 1089)

    def test_a_message_without_reply_channel_has_none(self):
        Channel("input").send({"value": 33})
        message = self.get_next_message("input", require=True)
        self.assertIsNone(message.reply_channel)
        with self.assertRaises(AttributeError):
            MyConsumer(message)
