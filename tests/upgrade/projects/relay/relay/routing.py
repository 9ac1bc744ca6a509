from channels.routing import route, route_class

from .consumers import BoardConsumer, pass_on, ws_connect, ws_disconnect, ws_receive

PATH = r"^/relay/(?P<room>[^/]+)/$"

channel_routing = [
    route("websocket.connect", ws_connect, path=PATH),
    route("websocket.receive", ws_receive, path=PATH),
    route("websocket.disconnect", ws_disconnect, path=PATH),
    route("relay.later", pass_on),
    route_class(BoardConsumer, path=r"^/board/(?P<pk>\d+)/$"),
]
