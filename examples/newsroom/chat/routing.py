from channels import route, route_class

from .consumers import (
    ModerationConsumer,
    RoomConsumer,
    connect_presence,
    disconnect_presence,
    keep_remark,
)

presence_routing = [
    route("websocket.connect", connect_presence),
    route("websocket.disconnect", disconnect_presence),
]

websocket_routing = [
    route("websocket.connect", connect_presence, path=r"^/presence/$"),
    route("websocket.disconnect", disconnect_presence, path=r"^/presence/$"),
    RoomConsumer.as_route(path=r"^/(?P<room>[\w-]+)/$"),
]

worker_routing = [
    route("chat.remarks", keep_remark),
    route_class(ModerationConsumer),
]
