from channels.test import ChannelTestCase, WSClient
from django.contrib.auth.models import User
from notify.models import Notification


class NotifyTests(ChannelTestCase):
    def connect(self, path, **content):
        client = WSClient(ordered=True)
        client.login(username="ann", password="pw")
        client.send_and_consume("websocket.connect", content, path=path)
        return client

    def setUp(self):
        self.user = User.objects.create_user("ann", password="pw", is_staff=True)

    def test_notifications(self):
        client = self.connect("/notifications/")
        self.assertEqual(client.receive(), {"unread": 0})
        n = Notification.objects.create(user=self.user, text="hi")
        self.assertEqual(client.receive(), {"id": n.pk, "text": "hi", "read": False})
        client.send_and_consume(
            "websocket.receive", text={"command": "count"}, path="/notifications/"
        )
        self.assertEqual(client.receive(), {"unread": 1})
        client.send_and_consume(
            "websocket.receive", text={"command": "read", "ids": [n.pk]}, path="/notifications/"
        )
        client.consume("notify.mark")
        self.assertEqual(client.receive(), {"read": [n.pk]})
        client.consume("notify.mail")
        client.send_and_consume("websocket.receive", text={"x": 1}, path="/notifications/")
        self.assertEqual(client.receive(), {"error": "unknown command"})
        client.send_and_consume("websocket.disconnect", path="/notifications/")
        n = Notification.objects.create(user=self.user, text="hi")
        self.assertIsNone(client.receive())

    def test_anonymous(self):
        client = WSClient(ordered=True)
        client.send_and_consume("websocket.connect", path="/notifications/", check_accept=False)
        self.assertEqual(client.receive(), {"close": True})

    def test_dashboard(self):
        n = Notification.objects.create(user=self.user, text="hi")
        client = self.connect("/dashboard/", query_string="since=0")
        self.assertEqual(client.receive()["id"], n.pk)
        client.send_and_consume("websocket.receive", {"text": "boo"}, path="/dashboard/")
        self.assertEqual(client.receive(json=False), "boo")

    def test_presence(self):
        client = self.connect("/presence/a/", client=["1.2.3.4", 80])
        self.assertEqual(client.receive(), {"host": "1.2.3.4"})
        client.send_and_consume("websocket.disconnect", path="/presence/a/")
