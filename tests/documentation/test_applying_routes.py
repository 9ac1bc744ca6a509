"""Applying routes: apply_routes as context manager and decorator."""

from channels import route
from channels.test import ChannelTestCase, Client, WSClient, apply_routes

from .consumers import KeyConsumer, my_internal_consumer


class MyTests(ChannelTestCase):
    def test_myconsumer(self):
        client = WSClient()

        with apply_routes([KeyConsumer.as_route(path="/new")]):
            client.send_and_consume("websocket.connect", path="/new")
            self.assertEqual(client.receive(), {"key": "value"})

    @apply_routes([KeyConsumer.as_route(path="/new")])
    def test_method(self):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/new")
        self.assertEqual(client.receive(), {"key": "value"})

    def test_routes_overwrite_existing_routes(self):
        client = Client()
        with apply_routes([route("my_internal_channel", my_internal_consumer)]):
            with apply_routes([KeyConsumer.as_route(path="/new")]):
                self.assertIsNone(client.get_consumer_by_channel("my_internal_channel"))
            self.assertIs(
                client.get_consumer_by_channel("my_internal_channel"), my_internal_consumer
            )

    def test_routes_end_with_the_context(self):
        with apply_routes([KeyConsumer.as_route(path="/new")]):
            pass
        with self.assertRaisesMessage(AssertionError, "Can't find consumer for message"):
            WSClient().send_and_consume("websocket.connect", path="/new")


@apply_routes([KeyConsumer.as_route(path="/new")])
class ClassTests(ChannelTestCase):
    def test_myconsumer(self):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/new")
        self.assertEqual(client.receive(), {"key": "value"})
