from channels.routing import route

channel_routing = [
    route("websocket.connect", "notices.consumers.connect", path=r"^/notices/$"),
    route("websocket.receive", "notices.consumers.receive"),
    route("websocket.disconnect", "notices.consumers.disconnect"),
    route("notices.mail", "notices.consumers.mail"),
]
