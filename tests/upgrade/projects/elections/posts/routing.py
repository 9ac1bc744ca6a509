from channels.routing import include, route

from .consumers import connect_blog, connect_reader, disconnect_blog, disconnect_reader

blogs = [
    route("websocket.connect", connect_blog, path=r"^/(?P<slug>[^/]+)/stream/$"),
    route("websocket.disconnect", disconnect_blog, path=r"^/(?P<slug>[^/]+)/stream/$"),
    route("websocket.connect", connect_reader, path=r"^/(?P<slug>[^/]+)/readers/$"),
    route("websocket.disconnect", disconnect_reader, path=r"^/(?P<slug>[^/]+)/readers/$"),
]

channel_routing = [include("posts.routing.blogs", path=r"^/liveblog")]
