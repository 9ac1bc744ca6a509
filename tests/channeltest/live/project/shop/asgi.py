from channels.generic.websocket import WebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path

from .customers import add


class Customers(WebsocketConsumer):
    channel_layer_alias = None

    def receive(self, text_data=None, bytes_data=None):
        self.send(add(text_data))


application = ProtocolTypeRouter(
    {"http": get_asgi_application(), "websocket": URLRouter([path("", Customers.as_asgi())])}
)
