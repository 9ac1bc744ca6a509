from channels import route

channel_routing = [
    route("websocket.connect", "live.consumers.ws_accept"),
    route("websocket.receive", "live.consumers.ws_echo"),
    route("ring", "live.consumers.ring"),
]
