from auctions.consumers import LotConsumer
from channels.routing import route, route_class
from stocks import consumers

channel_routing = [
    route("websocket.connect", consumers.ws_add, path=r"^/stocks"),
    route("websocket.receive", consumers.ws_message, path=r"^/stocks"),
    route("websocket.disconnect", consumers.ws_disconnect, path=r"^/stocks"),
    route("stock-prices", consumers.set_price),
    route_class(LotConsumer, path=r"^/lots/(?P<pk>\d+)"),
]
