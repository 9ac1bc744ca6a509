from channels import Group
from channels.test import ChannelTestCase, WSClient
from chat.models import Message, Room


class ChatTests(ChannelTestCase):
    def setUp(self):
        Room.objects.create(label="lounge")

    def connect(self):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/chat/lounge/")
        return client

    def say(self, client, **content):
        client.send_and_consume("websocket.receive", text=content, path="/chat/lounge/")

    def test_everybody_in_the_room_gets_a_message(self):
        first, second = self.connect(), self.connect()
        self.say(first, handle="ann", message="hi")
        for client in first, second:
            self.assertEqual(client.receive(json=False), '{"handle":"ann","message":"hi"}')
            self.assertIsNone(client.receive())
        self.assertEqual(Message.objects.count(), 1)

    def test_a_wrong_format(self):
        client = self.connect()
        self.say(client, text="hi")
        self.assertEqual(client.receive(), {"error": "format"})

    def test_no_such_room(self):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/chat/attic/", check_accept=False)
        self.assertEqual(client.receive(), {"close": True})

    def test_leaving(self):
        first, second = self.connect(), self.connect()
        second.send_and_consume("websocket.disconnect", path="/chat/lounge/")
        Group("chat-lounge").send({"text": "ok"})
        self.assertEqual(first.receive(json=False), "ok")
        self.assertIsNone(second.receive())
