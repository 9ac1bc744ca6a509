"""Clients in a plain TestCase: the configured layer is used, and it remembers."""

import unittest

from asgiref.inmemory import ChannelLayer
from channels import Channel, Group, channel_layers
from channels.asgi import get_channel_layer
from channels.test import ChannelTestCase, HttpClient, WSClient
from channels.test.base import ChannelTestCaseMixin
from django.contrib.auth.models import User
from django.test import SimpleTestCase, TestCase


class PlainTests(TestCase):
    def test_websocket_client(self):
        client = WSClient()
        client.send_and_consume("websocket.connect")
        client.send_and_consume("websocket.receive", text={"n": 1})
        self.assertEqual(client.receive(), {"n": 1})
        self.assertIsNone(client.receive())

    def test_http_client(self):
        client = HttpClient()
        client.send_and_consume("websocket.connect", path="/")
        client.send_and_consume("ring", {"times": 3})
        self.assertEqual(client.get_next_message("rung")["times"], 3)

    def test_users_in_rooms(self):
        client = HttpClient()
        client.force_login(User.objects.create_user("ada"))
        client.send_and_consume("websocket.connect", path="/rooms/attic/")
        client.send_and_consume("websocket.receive", path="/rooms/attic/", text={"n": 1})
        self.assertEqual(client.receive(), {"room": "attic", "user": "ada"})
        Group("room-attic").send({"text": "{}"})
        self.assertEqual(client.receive(), {})

    def test_login(self):
        User.objects.create_user("ada", password="secret")
        client = WSClient()
        self.assertTrue(client.login(username="ada", password="secret"))
        self.assertFalse(client.login(username="ada", password="wrong"))

    def test_the_database_is_rolled_back(self):
        self.assertEqual(User.objects.count(), 0)

    def test_no_test_case_of_channels(self):
        self.assertNotIsInstance(self, ChannelTestCase)
        self.assertNotIsInstance(self, ChannelTestCaseMixin)


class MemoryTests(TestCase):
    """Tests run in the order of their names; the second finds what the first left."""

    def test_1_leaves_a_message_and_a_member(self):
        self.assertIsInstance(get_channel_layer(), ChannelLayer)
        channel_layers["default"].marked = True
        Channel("left-over").send({"from": "the first test"})
        Group("left-over").add("member")

    def test_2_finds_them(self):
        self.assertTrue(channel_layers["default"].marked)
        _, content = channel_layers["default"].receive_many(["left-over"])
        self.assertEqual(content, {"from": "the first test"})
        self.assertEqual(list(channel_layers["default"].group_channels("left-over")), ["member"])

    def test_3_flushes(self):
        channel_layers["default"].flush()
        self.assertFalse(channel_layers["default"].group_channels("left-over"))


class SimpleTests(SimpleTestCase):
    def test_without_a_database(self):
        Channel("simple").send({"a": 1})
        self.assertEqual(channel_layers["default"].receive_many(["simple"])[1], {"a": 1})


class UnittestTests(unittest.TestCase):
    def test_without_django(self):
        Group("unit").add("member-of-unit")
        Group("unit").send({"a": 1})
        self.assertEqual(channel_layers["default"].receive_many(["member-of-unit"])[1], {"a": 1})
