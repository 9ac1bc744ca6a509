from channels.test import ChannelTestCase, WSClient
from django.contrib.auth.models import User


class EchoTests(ChannelTestCase):
    def setUp(self):
        self.anna = User.objects.create_user("anna")
        self.bert = User.objects.create_user("bert")

    def connect(self, user, path="/"):
        client = WSClient()
        client.force_login(user)
        client.send_and_consume("websocket.connect", path=path)
        return client

    def test_who_comes_hears_of_it_first(self):
        anna = self.connect(self.anna)
        self.assertEqual(anna.receive(), {"joined": "anna"})
        self.assertEqual(anna.receive(), {"hello": "anna"})
        bert = self.connect(self.bert)
        self.assertEqual(anna.receive(), {"joined": "bert"})
        bert.send_and_consume("websocket.disconnect", path="/")
        self.assertEqual(anna.receive(), {"left": "bert"})

    def test_the_shout_comes_before_the_answer(self):
        anna = self.connect(self.anna)
        for _ in range(2):
            anna.receive()
        text = {"command": "shout", "text": "hi"}
        anna.send_and_consume("websocket.receive", path="/", text=text)
        self.assertEqual(anna.receive(), {"shout": "hi"})
        self.assertEqual(anna.receive(), {"done": "shout"})

    def test_workers(self):
        anna = self.connect(self.anna)
        for _ in range(2):
            anna.receive()
        for text in ({"command": "count"}, {"command": "rename", "name": "carl"}):
            anna.send_and_consume("websocket.receive", path="/", text=text)
            anna.consume("echo.work")
        self.assertEqual(anna.receive(), {"done": "count"})
        self.assertEqual(anna.receive(json=False), "2")
        self.assertEqual(anna.receive(), {"done": "rename"})
        self.assertEqual(anna.receive(), {"renamed": "carl"})

    def test_a_room(self):
        client = self.connect(self.bert, "/room/tea/")
        client.send_and_consume("websocket.receive", path="/room/tea/", text={"text": "hi"})
        self.assertEqual(client.receive(), {"room": "tea", "said": "hi"})
        self.assertEqual(client.receive(), {"to": None, "by": "bert"})

    def test_a_board(self):
        path = "/board/3/"
        client = self.connect(self.anna, path)
        for text in ({"do": "pin", "text": "a"}, {"do": "count"}, {"do": "other"}):
            client.send_and_consume("websocket.receive", path=path, text=text)
        self.assertEqual(client.receive(), {"pinned": "a"})
        self.assertEqual(client.receive(), {"by": "you"})
        self.assertEqual(client.receive(), {"users": 2})
        self.assertEqual(client.receive(), {"error": "unknown"})
