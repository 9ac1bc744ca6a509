from channels.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path

django_application = get_asgi_application()

from . import consumers  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": django_application,
        "websocket": URLRouter(
            [
                path("chat/", consumers.Chat.as_asgi()),
                path("sync/", consumers.SyncChat.as_asgi()),
                path("announcing/", consumers.Announcing.as_asgi()),
            ]
        ),
        "channel": ChannelNameRouter(
            {
                "letters": consumers.Letters.as_asgi(),
                "archive": consumers.Archive.as_asgi(),
            }
        ),
    }
)
