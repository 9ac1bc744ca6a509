"""Old and ported consumers in one list: the first match wins."""

from channels import include, route, route_class
from channels.auth import AuthMiddlewareStack
from channels.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter
from django.urls import path

from . import consumers, ported

rooms = [
    route("websocket.connect", consumers.connect, path=r"^/(?P<room>\w+)/$"),
    route("websocket.receive", consumers.receive, path=r"^/(?P<room>\w+)/$"),
    route("websocket.disconnect", consumers.disconnect, path=r"^/(?P<room>\w+)/$"),
]

channel_routing = [
    ported.Modern.as_route(path=r"^/chat/new-(?P<room>\w+)/$"),
    include(rooms, path=r"^/chat"),
    AuthMiddlewareStack(URLRouter([path("router/<str:room>/", ported.Modern.as_asgi())])),
    path("simple/", ported.Simple.as_asgi()),
    path("page/", ported.Page.as_asgi()),
    route_class(consumers.Echo, path=r"^/echo/$"),
    ported.Echo.as_route(path=r"^/ported-echo/$"),
    route("websocket.connect", consumers.deny, path=r"^/denied/$"),
    route("websocket.connect", consumers.block, path=r"^/blocked/$"),
    route("http.request", consumers.block, path=r"^/blocked/$"),
    route("websocket.receive", consumers.close_as_told, path=r"^/closing/$"),
    route(["websocket.connect", "websocket.receive"], consumers.ordered, path=r"^/ordered/$"),
    route("websocket.receive", consumers.flood, path=r"^/flood/$"),
    route("websocket.receive", consumers.fail, path=r"^/failing/$"),
    route("websocket.receive", consumers.reply_wrongly, path=r"^/wrong/$"),
    route("websocket.disconnect", consumers.say_goodbye, path=r"^/(?:wrong|closing)/$"),
    route("http.request", consumers.respond_wrongly, path=r"^/wrong/"),
    route("jobs", consumers.job),
    route("stubborn", consumers.stubborn),
    route("other", consumers.other),
    route("remarks", ported.Remarks),
    ProtocolTypeRouter({"channel": ChannelNameRouter({"thumbnails": ported.Thumbnails.as_asgi()})}),
]
