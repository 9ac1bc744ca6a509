from channels.routing import route, route_class

from .consumers import *  # noqa: F403

channel_routing = [
    route("websocket.connect", ws_connect, path=r"^/$"),  # noqa: F405
    route("websocket.receive", ws_receive, path=r"^/$"),  # noqa: F405
    route("websocket.disconnect", ws_disconnect, path=r"^/$"),  # noqa: F405
    route_class(RoomConsumer, path=r"^/room/(?P<room>\w+)/$"),  # noqa: F405
    route_class(Board, path=r"^/board/(?P<pk>\d+)/$"),  # noqa: F405
    route("echo.work", count, command="^count$"),  # noqa: F405
    route("echo.work", rename, command="^rename"),  # noqa: F405
]
