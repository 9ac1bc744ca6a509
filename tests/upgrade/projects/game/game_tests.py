from channels.test import ChannelTestCase, WSClient
from django.contrib.auth.models import User
from django.core.management import call_command
from game.models import Game


class GameTests(ChannelTestCase):
    def connect(self, path):
        client = WSClient()
        client.login(username="ann", password="pw")
        client.send_and_consume("websocket.connect", path=path)
        return client

    def setUp(self):
        self.user = User.objects.create_user("ann", password="pw")

    def test_lobby(self):
        client = self.connect("/lobby/")
        client.send_and_consume("websocket.receive", text={"action": "create_game"}, path="/lobby/")
        self.assertEqual(client.receive(), [{"id": Game.objects.get().pk, "taken": ""}])

    def test_game(self):
        game = Game.objects.create()
        path = "/game/%d/" % game.pk
        client = self.connect(path)
        client.send_and_consume(
            "websocket.receive", text={"action": "take", "row": 1, "col": 2}, path=path
        )
        self.assertEqual(client.receive(), {"game": {"id": game.pk, "taken": "ann:1,2;"}})
        client.send_and_consume("websocket.receive", text={"action": "chat", "t": "hi"}, path=path)
        self.assertEqual(client.receive()["user"], "ann")
        client.send_and_consume("websocket.receive", text={"action": "state"}, path=path)
        self.assertEqual(client.receive()["id"], game.pk)

    def test_ticker(self):
        client = self.connect("/ticker/")
        call_command("tick")
        self.assertEqual(client.receive(), {"tick": 1})
        client.send_and_consume("websocket.receive", text={"a": 1}, path="/ticker/")
        self.assertEqual(client.receive(), {"echo": {"a": 1}})
        other = WSClient()
        other.send_and_consume("websocket.connect", path="/ticker/", check_accept=False)
        self.assertEqual(other.receive(), {"close": True})
