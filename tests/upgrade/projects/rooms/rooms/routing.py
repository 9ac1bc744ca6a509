from channels import include, route_class

from .consumers import EchoConsumer, RoomConsumer

room_routing = [
    route_class(RoomConsumer, path=r"^/(?P<room>\w+)/$"),
]

channel_routing = [
    EchoConsumer.as_route(path=r"^/echo/"),
    include(room_routing, path=r"^/rooms"),
]
