from channels import include
from live.consumers import Room, ws_accept, ws_echo

live_routing = [
    Room.as_route(path=r"^/(?P<room>\w+)/$"),
]

channel_routing = [
    include(live_routing, path="^/rooms"),
    include("live.routing.channel_routing"),
]

routing_dict = {
    "websocket.connect": ws_accept,
    "websocket.receive": ws_echo,
    "ring": "live.consumers.ring",
}
