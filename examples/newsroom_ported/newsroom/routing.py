from channels import include, route

websocket_routing = [
    include("liveblog.routing.websocket_routing", path=r"^/live"),
    include("chat.routing.websocket_routing", path=r"^/chat"),
    include("articles.routing.websocket_routing", path=r"^/desk"),
]

channel_routing = [
    include(websocket_routing, path=r"^/ws"),
    include("articles.routing.worker_routing"),
    include("chat.routing.worker_routing"),
    include("liveblog.routing.worker_routing"),
    route(
        "http.request",
        "liveblog.consumers.receive_wire",
        path=r"^/hooks/(?P<agency>\w+)/$",
        method=r"^POST$",
    ),
]

wire_routing = {"wire.dispatch": "liveblog.consumers.DispatchWorker"}
