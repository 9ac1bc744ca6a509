from channels.routing import route_class

from game import consumers

channel_routing = [
    # 'http.request': StaticFilesConsumer(),
    route_class(consumers.LobbyConsumer, path=r"^/lobby/"),
    route_class(consumers.GameConsumer, path=r"^/game/(?P<game_id>\d+)/$"),
    route_class(consumers.TickerConsumer, path=r"^/ticker/$"),
]
