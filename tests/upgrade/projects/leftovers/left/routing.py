from channels import route, route_class

from .consumers import Demultiplexer, Remembering, hello, join_shout, ordered, shout

channel_routing = [
    route_class(Demultiplexer, path="^/numbers/"),
    route_class(Remembering, path="^/count/"),
    route("websocket.connect", ordered, path="^/ordered/"),
    route("websocket.connect", join_shout, path="^/shout/"),
    route("websocket.receive", shout, path="^/shout/"),
    route("http.request", hello, path="^/hello/"),
]
