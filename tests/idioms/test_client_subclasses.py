"""Subclasses of WSClient, wrappers around it, and its private attributes."""

from channels import Group, route
from channels.sessions import http_session
from channels.test import ChannelTestCase, Client, WSClient, apply_routes
from django.contrib.auth.models import User

from .app import consumers


class ReceivingClient(WSClient):
    """Receives everything at once, and counts."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.calls = 0

    def receive_all(self, json=True):
        received = []
        while True:
            content = self.receive(json=json)
            if content is None:
                return received
            received.append(content)

    def send_and_consume(self, *args, **kwargs):
        self.calls += 1
        return super().send_and_consume(*args, **kwargs)


class OldStyleClient(WSClient):
    """Overrides what 1.x let it override."""

    def _get_content(self, content={}, text=None, path="/"):  # noqa: B006
        content = super()._get_content(content, text, path)
        content.setdefault("tenant", "acme")
        return content

    @property
    def headers(self):
        return dict(super().headers, origin="http://testserver")


class Conversation:
    """A wrapper: one client, one path."""

    def __init__(self, path, **kwargs):
        self.client = WSClient(**kwargs)
        self.path = path

    def __getattr__(self, name):
        return getattr(self.client, name)

    def connect(self):
        return self.send_and_consume("websocket.connect", path=self.path)

    def say(self, text):
        self.send_and_consume("websocket.receive", path=self.path, text=text)
        return self.receive(json=False)


@http_session
def session_reader(message):
    session = message.http_session
    message.reply_channel.send({"text": "none" if session is None else str(session.get("color"))})


@apply_routes(
    [
        route("websocket.connect", consumers.ws_accept, path="^/echo/$"),
        route("websocket.receive", consumers.ws_echo, path="^/echo/$"),
        route("websocket.receive", session_reader, path="^/session/$"),
        consumers.UserConsumer.as_route(path="^/users/$"),
        route("check", session_reader),
    ]
)
class ClientSubclassTests(ChannelTestCase):
    def test_receive_all(self):
        client = ReceivingClient()
        client.send_and_consume("websocket.connect", path="/echo/")
        client.join_group("g")
        for number in range(3):
            Group("g").send({"text": str(number)})
        self.assertEqual(client.receive_all(), [0, 1, 2])
        self.assertEqual(client.receive_all(), [])
        self.assertEqual(client.calls, 1)

    def test_keywords_of_the_base_class(self):
        self.assertEqual(ReceivingClient(alias="default", ordered=True).alias, "default")
        client = ReceivingClient(ordered=True)
        client.send("websocket.receive", text="x")
        client.send("websocket.receive", text="y")
        orders = [self.get_next_message("websocket.receive")["order"] for _ in range(2)]
        self.assertEqual(orders, [0, 1])
        self.assertEqual(client.order, 2)

    def test_overridden_private_methods(self):
        client = OldStyleClient()
        client.send("websocket.receive", text="x")
        message = self.get_next_message("websocket.receive")
        self.assertEqual(message["tenant"], "acme")
        self.assertEqual(message["headers"]["origin"], "http://testserver")

    def test_a_wrapper(self):
        conversation = Conversation("/echo/")
        conversation.connect()
        self.assertEqual(conversation.say("hello"), "hello")

    def test_attributes_of_ones_own(self):
        client = WSClient()
        client.user = User.objects.create_user("ada")
        client.path = "/echo/"
        client.send_and_consume("websocket.connect", path=client.path)
        self.assertEqual(client.user.username, "ada")

    def test_a_reply_channel_of_ones_own(self):
        client = WSClient()
        client.reply_channel = "websocket.send?abc"
        client.send_and_consume("websocket.connect", path="/echo/")
        client.join_group("g")
        self.assertEqual(set(client.channel_layer.group_channels("g")), {"websocket.send?abc"})

    def test_a_session_shared_by_two_clients(self):
        first, second = WSClient(), WSClient()
        first.force_login(User.objects.create_user("ada"))
        first.session["color"] = "red"
        first.session.save()
        second._session = first.session
        self.assertEqual(second.session["color"], "red")
        second.send_and_consume("check")
        self.assertEqual(second.receive(json=False), "red")
        self.assertNotEqual(first.reply_channel, second.reply_channel)

    def test_a_login_shared_by_two_clients(self):
        first, second = WSClient(), WSClient()
        first.force_login(User.objects.create_user("ada"))
        second._session = first._session
        for client in (first, second):
            client.send_and_consume("websocket.connect", path="/users/")
            client.send_and_consume("websocket.receive", path="/users/", text={"n": 1})
            self.assertEqual(client.receive(), {"user": "ada", "echo": {"n": 1}})

    def test_no_session_yet(self):
        self.assertIsNone(WSClient()._session)
        self.assertTrue(WSClient()._session_cookie)
        self.assertEqual((WSClient()._headers, WSClient()._cookies), ({}, {}))

    def test_the_session_cookie_is_sent_once(self):
        client = WSClient()
        client.force_login(User.objects.create_user("ada"))
        client.session["color"] = "red"
        client.session.save()
        client.send_and_consume("websocket.receive", path="/session/")
        self.assertEqual(client.receive(json=False), "red")
        client.send_and_consume("websocket.receive", path="/session/")
        self.assertEqual(client.receive(json=False), "none")

    def test_the_session_cookie_again_after_a_login_in_mid_connection(self):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/echo/")
        client.force_login(User.objects.create_user("ada"))
        client.session["color"] = "blue"
        client.session.save()
        client.send_and_consume("websocket.receive", path="/session/")
        self.assertEqual(client.receive(json=False), "none")

        client._session_cookie = True
        client.send_and_consume("websocket.receive", path="/session/")
        self.assertEqual(client.receive(json=False), "blue")

        client._session_cookie = True
        client.send_and_consume("websocket.connect", path="/users/")
        client.send_and_consume("websocket.receive", path="/users/", text={"n": 1})
        self.assertEqual(client.receive()["user"], "ada")

    def test_the_plain_client_has_a_reply_channel_named_after_its_alias(self):
        client = Client()
        self.assertTrue(client.reply_channel.startswith("default"))
        self.assertNotEqual(client.reply_channel, Client().reply_channel)
