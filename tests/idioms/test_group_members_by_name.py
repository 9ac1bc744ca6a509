"""Groups whose members are plain strings."""

from channels import Channel, Group
from channels.test import ChannelTestCase, WSClient


class PlainStringTests(ChannelTestCase):
    def test_add(self):
        Group("g").add("test-channel")
        Group("g").send({"text": "hello"})
        self.assertEqual(self.get_next_message("test-channel", require=True)["text"], "hello")

    def test_discard(self):
        Group("g").add("test-channel")
        Group("g").discard("test-channel")
        Group("g").send({"text": "hello"})
        self.assertIsNone(self.get_next_message("test-channel"))

    def test_a_string_and_a_channel_are_the_same_member(self):
        Group("g").add(Channel("test-channel"))
        Group("g").add("test-channel")
        Group("g").send({"text": "hello"})
        self.assertIsNotNone(self.get_next_message("test-channel"))
        self.assertIsNone(self.get_next_message("test-channel"))
        Group("g").discard(Channel("test-channel"))
        Group("g").send({"text": "hello"})
        self.assertIsNone(self.get_next_message("test-channel"))

    def test_a_client_by_the_name_of_its_reply_channel(self):
        client = WSClient()
        Group("g").add(client.reply_channel)
        Group("g").send({"text": "hello"})
        self.assertEqual(client.receive(json=False), "hello")

    def test_a_discarded_stranger_is_no_error(self):
        Group("g").discard("test-channel")
