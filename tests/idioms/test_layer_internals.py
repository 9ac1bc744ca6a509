"""The state of the in-memory layer, read and written behind its back."""

from channels import Channel, Group, channel_layers
from channels.asgi import get_channel_layer
from channels.test import ChannelTestCase, Client, WSClient


class InternalsTests(ChannelTestCase):
    def setUp(self):
        self.client = WSClient()

    def test_groups_of_the_clients_layer(self):
        self.assertEqual(self.client.channel_layer._groups, {})
        self.client.join_group("g")
        self.assertIn("g", self.client.channel_layer._groups)
        self.assertIn(self.client.reply_channel, self.client.channel_layer._groups["g"])
        self.assertEqual(len(self.client.channel_layer._groups["g"]), 1)
        self.assertEqual(list(self.client.channel_layer._groups), ["g"])

    def test_groups_of_a_groups_layer(self):
        Group("g").add("test-channel")
        self.assertEqual(list(Group("").channel_layer._groups["g"].keys()), ["test-channel"])

    def test_a_left_group_is_gone(self):
        Group("g").add("test-channel")
        Group("g").discard("test-channel")
        self.assertNotIn("g", Group("").channel_layer._groups)
        self.assertEqual(Group("").channel_layer._groups, {})

    def test_groups_can_be_changed(self):
        Group("g").add("one")
        Group("g").add("two")
        del Group("").channel_layer._groups["g"]["one"]
        Group("g").send({"text": "x"})
        self.assertIsNone(self.get_next_message("one"))
        self.assertIsNotNone(self.get_next_message("two"))
        Group("").channel_layer._groups.clear()
        Group("g").send({"text": "x"})
        self.assertIsNone(self.get_next_message("two"))

    def test_group_channels(self):
        Group("g").add("one")
        Group("g").add("two")
        members = Group("g").channel_layer.group_channels("g")
        self.assertEqual(set(members), {"one", "two"})
        self.assertEqual(len(members), 2)
        self.assertIn("one", members)
        self.assertFalse(Group("none").channel_layer.group_channels("none"))

    def test_flush(self):
        Group("g").add("one")
        Channel("two").send({"text": "x"})
        self.client.channel_layer.flush()
        self.assertEqual(self.client.channel_layer._groups, {})
        self.assertIsNone(self.get_next_message("two"))

    def test_receive_many(self):
        layer = channel_layers["default"]
        self.assertEqual(layer.receive_many(["one", "two"]), (None, None))
        Channel("two").send({"text": "x"})
        self.assertEqual(layer.receive_many(["one", "two"]), ("two", {"text": "x"}))
        self.assertEqual(layer.receive_many(["one", "two"], block=False), (None, None))

    def test_queues_by_channel(self):
        self.assertEqual(len(self.client.channel_layer._channels), 0)
        Channel("one").send({"text": "x"})
        Channel("one").send({"text": "y"})
        queues = self.client.channel_layer._channels
        self.assertEqual(list(queues), ["one"])
        self.assertEqual([content for _, content in queues["one"]], [{"text": "x"}, {"text": "y"}])

    def test_the_raw_layer(self):
        self.assertIs(get_channel_layer(), channel_layers["default"].channel_layer)
        Group("g").add("one")
        self.assertIn("g", get_channel_layer()._groups)
        self.assertIs(Client().channel_layer, channel_layers["default"])
