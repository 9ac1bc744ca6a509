"""Channels without ChannelTestCase: the house had its own mixin before there was one."""

from asgiref.inmemory import ChannelLayer
from channels import channel_layers
from channels.asgi import ChannelLayerWrapper
from channels.test import WSClient
from channels.test.base import ChannelTestCaseMixin
from django.test import TestCase


class OwnLayerMixin:
    layer = ChannelLayer()

    def setUp(self):
        super().setUp()
        wrapper = ChannelLayerWrapper(self.layer, "default", "newsroom.routing.channel_routing")
        old = channel_layers.set("default", wrapper)
        self.addCleanup(channel_layers.set, "default", old)
        self.addCleanup(self.layer.flush)


class PlainTests(OwnLayerMixin, TestCase):
    def test_presence(self):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/ws/chat/presence/")
        self.assertEqual(list(self.layer._groups["presence"]), [client.reply_channel])

    def test_layer_is_ours(self):
        self.assertIs(WSClient().channel_layer.channel_layer, self.layer)
        self.assertEqual(self.layer._groups, {})


class MixinTests(ChannelTestCaseMixin, TestCase):
    def test_layer_is_the_mixins(self):
        client = WSClient()
        self.assertIsNot(client.channel_layer.channel_layer, OwnLayerMixin.layer)
        self.assertEqual(client.channel_layer.alias, "default")
