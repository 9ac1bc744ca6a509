"""The modules of Channels 1.0: ``channels.tests.base`` and ``channels.tests.http``."""

import channels.test
import channels.tests
from channels.tests import ChannelTestCase, HttpClient, WSClient, apply_routes
from channels.tests.base import ChannelTestCaseMixin, Client
from channels.tests.http import HttpClient as OldHttpClient

from .app import consumers


class OldLayoutTests(ChannelTestCase):
    def test_one_class_under_every_name(self):
        self.assertIs(channels.tests.base.ChannelTestCase, channels.test.ChannelTestCase)
        self.assertIs(ChannelTestCase, channels.test.ChannelTestCase)
        self.assertIs(Client, channels.test.Client)
        self.assertIs(channels.tests.base.apply_routes, channels.test.apply_routes)
        self.assertTrue(issubclass(ChannelTestCase, ChannelTestCaseMixin))

    def test_http_client_is_the_websocket_client(self):
        self.assertIs(OldHttpClient, HttpClient)
        self.assertIs(OldHttpClient, WSClient)

    def test_every_public_name(self):
        for name in (
            "ChannelLiveServerTestCase",
            "ChannelTestCase",
            "Client",
            "HttpClient",
            "TransactionChannelTestCase",
            "WSClient",
            "apply_routes",
        ):
            self.assertIs(getattr(channels.tests, name), getattr(channels.test, name))

    @apply_routes([consumers.CounterConsumer.as_route(path="^/$")])
    def test_they_work(self):
        client = OldHttpClient()
        client.send_and_consume("websocket.connect", path="/")
        client.send_and_consume("websocket.receive", path="/", text={"add": 2})
        self.assertEqual(client.receive(), {"count": 2})
