from channels.test import ChannelTestCase, Client, HttpClient
from django.contrib.auth.models import User
from notices.models import Notice


class NoticeTests(ChannelTestCase):
    def setUp(self):
        self.user = User.objects.create_user("ann", password="pw")
        self.client = HttpClient()

    def connect(self):
        self.client.force_login(self.user)
        self.client.send_and_consume("websocket.connect", path="/notices/")
        self.assertEqual(self.client.receive(json=False), "hello ann")

    def test_a_notice(self):
        self.connect()
        Notice.objects.create(user=self.user, text="fire")
        self.assertEqual(self.client.receive(), {"notice": "fire"})

    def test_frames(self):
        self.connect()
        self.client.send_and_consume("websocket.receive", text="count")
        self.assertEqual(self.client.receive(json=False), "0")
        self.client.send_and_consume("websocket.receive", text="bye")
        message = self.client.get_next_message(self.client.reply_channel)
        self.assertEqual(message.content, {"text": "bye", "close": True})

    def test_anonymous(self):
        self.client.send_and_consume("websocket.connect", path="/notices/", check_accept=False)
        self.assertEqual(self.client.receive(), {"close": 4003})

    def test_worker(self):
        notice = Notice.objects.create(user=self.user, text="fire")
        message = self.get_next_message("notices.mail")
        self.assertEqual(message.content, {"pk": notice.pk})
        Client().send_and_consume("notices.mail", {"pk": notice.pk})
        notice.refresh_from_db()
        self.assertTrue(notice.mailed)

    def test_leaving(self):
        self.connect()
        self.client.send_and_consume("websocket.disconnect")
        Notice.objects.create(user=self.user, text="fire")
        self.assertIsNone(self.client.receive())
