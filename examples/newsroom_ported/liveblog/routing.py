from channels import route, route_class
from channels.security.websocket import AllowedHostsOriginValidator
from channels.sessions import SessionMiddlewareStack

from .consumers import EntryWorker, connect_dictation, connect_reader

# Programs of before the port number their frames, and find these at an address of their own.
dictation_routing = [
    route("websocket.connect", "liveblog.dictation.connect_dictation", path=r"^/$"),
    route("websocket.receive", "liveblog.dictation.receive_dictation", path=r"^/$"),
    route("websocket.disconnect", "liveblog.dictation.disconnect_dictation", path=r"^/$"),
]

websocket_routing = [
    connect_dictation.as_route(path=r"^/(?P<slug>[\w-]+)/dictate/$"),
    route_class(
        AllowedHostsOriginValidator(SessionMiddlewareStack(connect_reader.as_asgi())),
        path=r"^/(?P<slug>[\w-]+)/$",
    ),
]

worker_routing = [route("liveblog.entry", EntryWorker)]
