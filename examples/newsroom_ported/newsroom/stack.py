from channels import include
from channels.auth import AuthMiddlewareStack
from channels.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from chat.consumers import RemarkWorker, RoomConsumer, connect_presence
from django.urls import path, re_path
from liveblog.consumers import (
    DispatchWorker,
    EntryWorker,
    connect_dictation,
    connect_reader,
    receive_wire,
)

websockets = URLRouter(
    [
        path("ws/live/<slug:slug>/dictate/", connect_dictation.as_asgi()),
        # The other pages let programs in, which send no origin.
        path(
            "ws/live/<slug:slug>/",
            AllowedHostsOriginValidator(connect_reader.as_asgi()),
        ),
        path("ws/chat/presence/", connect_presence.as_asgi()),
        re_path(r"^ws/chat/(?P<room>[\w-]+)/$", RoomConsumer.as_asgi()),
    ]
)

application = ProtocolTypeRouter(
    {
        "websocket": AuthMiddlewareStack(websockets),
        "channel": ChannelNameRouter(
            {"chat.remarks": RemarkWorker.as_asgi(), "liveblog.entry": EntryWorker.as_asgi()}
        ),
    }
)

# Modern routers do not look at a request's method, those of Channels 1 do.
requests = ProtocolTypeRouter(
    {"http": URLRouter([re_path(r"^hooks/(?P<agency>\w+)/$", receive_wire.as_asgi())])}
)

channel_routing = [
    application,
    include(requests, method=r"^POST$"),
    # Still to be ported.
    include("articles.routing.websocket_routing", path=r"^/ws/desk"),
    include("articles.routing.worker_routing"),
    include("chat.routing.moderation_routing"),
]

wire_routing = ChannelNameRouter({"wire.dispatch": DispatchWorker.as_asgi()})
