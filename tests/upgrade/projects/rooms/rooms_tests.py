from channels import Group
from channels.test import ChannelTestCase, WSClient
from django.contrib.auth.models import User
from rooms.consumers import EchoConsumer


class RoomTests(ChannelTestCase):
    path = "/rooms/red/"

    def connect(self, name=None):
        client = WSClient()
        if name:
            client.force_login(User.objects.create_user(name, password="pw"))
        client.send_and_consume("websocket.connect", path=self.path)
        self.assertEqual(client.receive(), {"room": "red", "you": name})
        return client

    def say(self, client, text):
        client.send_and_consume("websocket.receive", text={"text": text}, path=self.path)

    def test_everybody_hears_it(self):
        ann, bob = self.connect("ann"), self.connect()
        self.say(ann, "hi")
        for client in ann, bob:
            self.assertEqual(client.receive(), {"from": "ann", "text": "hi"})

    def test_limits(self):
        client = self.connect()
        self.say(client, "a long text")
        self.assertEqual(client.receive(), {"error": "long"})
        self.say(client, "bye")
        self.assertEqual(client.receive(), {"close": True})

    def test_unknown_room(self):
        client = WSClient()
        client.reply_channel = "websocket.send?x"
        client.send_and_consume("websocket.connect", path="/rooms/green/", check_accept=False)
        self.assertEqual(client.receive(), {"close": 4004})

    def test_leaving(self):
        ann, bob = self.connect("ann"), self.connect()
        ann.send_and_consume("websocket.disconnect", path=self.path)
        self.assertEqual(bob.receive(), {"left": "ann"})
        self.assertIsNone(ann.receive())


class EchoTests(ChannelTestCase):
    def setUp(self):
        self.client = WSClient()
        self.client.send_and_consume("websocket.connect", path="/echo/")

    def receive(self, **kwargs):
        self.client.send_and_consume("websocket.receive", path="/echo/x", **kwargs)
        return self.client.receive(json=False)

    def test_frames(self):
        self.client.send_and_consume("websocket.receive", path="/echo/", text="hi")
        self.assertEqual(self.client.receive(json=False), "hi")
        self.client.send_and_consume("websocket.receive", path="/echo/", text="path")
        self.assertEqual(self.client.receive(json=False), "/echo/")
        self.client.send_and_consume("websocket.receive", {"bytes": b"ab"}, path="/echo/")
        self.assertEqual(self.client.receive(json=False), {"bytes": b"ba"})

    def test_group(self):
        Group(EchoConsumer.groups[0]).send({"text": "ok"})
        self.assertEqual(self.client.receive(json=False), "ok")
