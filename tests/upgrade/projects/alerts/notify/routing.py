from channels.routing import route

from notify.consumers import (
    dashboard_connect,
    dashboard_receive,
    mark_read,
    presence_connect,
    presence_disconnect,
    send_mail_to,
    ws_connect,
    ws_disconnect,
    ws_message,
)

channel_routing = [
    route("websocket.connect", dashboard_connect, path=r"^/dashboard/$"),
    route("websocket.receive", dashboard_receive, path=r"^/dashboard/$"),
    route("websocket.connect", presence_connect, path=r"^/presence/(?P<room_name>[a-zA-Z0-9_]+)/$"),
    route(
        "websocket.disconnect",
        presence_disconnect,
        path=r"^/presence/(?P<room_name>[a-zA-Z0-9_]+)/$",
    ),
    route("websocket.connect", ws_connect, path=r"^/notifications/"),
    route("websocket.receive", ws_message, path=r"^/notifications/"),
    route("websocket.disconnect", ws_disconnect, path=r"^/notifications/"),
    route("notify.mark", mark_read),
    route("notify.mail", send_mail_to),
]
