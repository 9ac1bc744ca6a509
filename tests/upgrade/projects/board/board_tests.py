from board.consumers import add_number, connect_board, disconnect_board, listen, receive_board
from channels import Channel, Group, route
from channels.test import ChannelTestCase, WSClient, apply_routes

PATH = "/boards/main/"


class BoardTests(ChannelTestCase):
    def connect(self):
        client = WSClient()
        client.send_and_consume("websocket.connect", path=PATH)
        return client

    def test_numbers(self):
        client = self.connect()
        for n in 1, 2:
            client.send_and_consume("websocket.receive", text={"n": n}, path=PATH)
        self.assertEqual(client.receive(), {"seen": [1]})
        self.assertEqual(client.receive(), {"seen": [1, 2]})
        client.consume("board.numbers")
        self.assertEqual(client.receive(), 1)

    def test_help(self):
        client = self.connect()
        client.send_and_consume("websocket.receive", text="help", path=PATH)
        self.assertEqual(client.receive(json=False), '\nhelp:\n    say {"n": 1}\n')

    def test_leaving(self):
        client, other = self.connect(), self.connect()
        client.send_and_consume("websocket.receive", text={"n": 1}, path=PATH)
        client.send_and_consume("websocket.disconnect", {"code": 1001}, path=PATH)
        self.assertEqual(other.receive(json=False), "somebody left: 1001")

    def test_listeners(self):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/listen/")
        Group("listeners").send({"text": "ok"})
        self.assertEqual(client.receive(json=False), "ok")

    def test_the_worker_by_hand(self):
        client = self.connect()
        Channel("board.numbers").send({"board": "main", "n": 3})
        add_number(self.get_next_message("board.numbers"))
        self.assertEqual(client.receive(), 3)


@apply_routes(
    [
        route("websocket.connect", connect_board, path=r"^/(?P<board>\w+)"),
        route("websocket.receive", receive_board, path=r"^/(?P<board>\w+)"),
        route("websocket.disconnect", disconnect_board, path=r"^/(?P<board>\w+)"),
    ]
)
class OwnRoutesTests(ChannelTestCase):
    def test_numbers(self):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/x")
        client.send_and_consume("websocket.receive", text={"n": 1}, path="/x")
        self.assertEqual(client.receive(), {"seen": [1]})
        client.send_and_consume("websocket.disconnect", {"code": 1000}, path="/x")

    def test_match(self):
        self.assertIsNotNone(listen)
