from channels import route, route_class

from .consumers import Desk, FrontPage, publish_article

websocket_routing = [
    route_class(Desk, path=r"^/edit/$"),
    FrontPage.as_route(path=r"^/front-page/$"),
]

worker_routing = [route("articles.publish", publish_article)]
