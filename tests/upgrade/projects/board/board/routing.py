from channels import route

from board.consumers import add_number, connect_board, disconnect_board, listen, receive_board

PATH = r"^/boards/(?P<board>\w+)/$"

channel_routing = [
    route("websocket.connect", connect_board, path=r"^/boards/(?P<board>\w+)/$"),
    route("websocket.connect", listen, path=r"^/listen/$"),
    route("websocket.receive", receive_board, path=r"^/boards/(?P<board>\w+)/$"),
    route("websocket.disconnect", disconnect_board, path=r"^/boards/(?P<board>\w+)/$"),
    route("board.numbers", add_number),  # a worker
]
