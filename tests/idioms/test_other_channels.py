"""Clients on channels that are no websocket's."""

from channels import route
from channels.test import ChannelTestCase, Client, HttpClient, WSClient, apply_routes

from .app import consumers


@apply_routes(
    [
        route("chat.receive", consumers.chat_receive),
        route("chat.user", consumers.user_receive),
        route("chat.hello", consumers.user_connect),
    ]
)
class OtherChannelTests(ChannelTestCase):
    def test_client(self):
        client = Client()
        client.send_and_consume("chat.receive", {"message": "hello"})
        self.assertEqual(client.receive(), {"text": '{"said": "HELLO"}'})

    def test_wsclient_decodes_the_reply(self):
        client = WSClient()
        client.send_and_consume("chat.receive", {"message": "hello"})
        self.assertEqual(client.receive(), {"said": "HELLO"})

    def test_httpclient_is_the_same(self):
        client = HttpClient()
        client.send_and_consume("chat.receive", content={"message": "hello"})
        self.assertEqual(client.receive(json=False), '{"said": "HELLO"}')

    def test_the_content_is_left_alone(self):
        content = {"message": "hello"}
        Client().send_and_consume("chat.receive", content)
        WSClient().send_and_consume("chat.receive", content)
        self.assertEqual(content, {"message": "hello"})

    def test_a_given_reply_channel_wins(self):
        client = Client()
        client.send_and_consume("chat.receive", {"message": "x", "reply_channel": "elsewhere"})
        self.assertIsNone(client.receive())
        self.assertEqual(self.get_next_message("elsewhere").content, {"text": '{"said": "X"}'})

    def test_the_user_and_session_follow_the_reply_channel(self):
        from django.contrib.auth.models import User

        client = WSClient()
        client.force_login(User.objects.create_user("ada"))
        client.send_and_consume("chat.hello")
        self.assertEqual(client.receive(), {"accept": True})
        client.send_and_consume("chat.user")
        self.assertEqual(client.receive(), {"user": "ada"})

    def test_no_accept_is_looked_for(self):
        client = WSClient()
        client.send_and_consume("chat.hello")
        self.assertEqual(client.receive(), {"accept": False})
