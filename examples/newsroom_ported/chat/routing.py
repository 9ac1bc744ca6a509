from channels import route, route_class

from .consumers import ModerationConsumer, RemarkWorker, RoomConsumer, connect_presence

presence_routing = [route_class(connect_presence)]

websocket_routing = [
    connect_presence.as_route(path=r"^/presence/$"),
    RoomConsumer.as_route(path=r"^/(?P<room>[\w-]+)/$"),
]

# What moderators order comes from scripts that expect its replies as they always were.
moderation_routing = [route_class(ModerationConsumer)]

worker_routing = [route("chat.remarks", RemarkWorker), *moderation_routing]
