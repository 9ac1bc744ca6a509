"""What is written of websockets in Django's ``TestCase``: connect, echo, and JSON both ways."""

from __future__ import annotations

from channels.auth import AuthMiddlewareStack
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.test import TestCase, override_settings
from django.urls import path

from channeltest import WebsocketCommunicator
from tests.values.models import IntegerValue


class EchoConsumer(AsyncJsonWebsocketConsumer):
    """Sends back what it receives, and keeps it."""

    async def receive_json(self, content):
        await IntegerValue.objects.acreate(name=content["data"])
        await self.send_json(content)


routes = URLRouter([path("ws/your_websocket_route/", EchoConsumer.as_asgi())])
application = ProtocolTypeRouter({"websocket": AuthMiddlewareStack(routes)})

in_memory = override_settings(
    CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
)


@in_memory
class WebsocketTestCase(TestCase):
    async def test_websocket_connection(self):
        communicator = WebsocketCommunicator(
            application=application,
            path="/ws/your_websocket_route/",
        )
        connected, _ = await communicator.connect(timeout=1)
        self.assertTrue(connected)
        await communicator.disconnect()

    async def test_websocket_communication(self):
        await self.communicate()
        # The consumer writes in the test's transaction.
        self.assertEqual(await IntegerValue.objects.acount(), 1)

    async def test_websocket_communication_again(self):
        self.assertFalse(await IntegerValue.objects.aexists())
        await self.communicate()

    async def communicate(self):
        communicator = WebsocketCommunicator(
            application=application,
            path="/ws/your_websocket_route/",
        )
        connected, _ = await communicator.connect()
        self.assertTrue(connected)

        message = {"action": "echo", "data": "Hello, world!"}
        await communicator.send_json_to(message)

        response = await communicator.receive_json_from()
        self.assertEqual(response, message)

        await communicator.disconnect()
