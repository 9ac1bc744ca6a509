"""``allowed_hosts_only`` above the decorators of users, and names imported from elsewhere."""

import channels.auth
import channels.sessions
from channels import route
from channels.auth import channel_session_user, channel_session_user_from_http
from channels.exceptions import DenyConnection
from channels.security.websockets import allowed_hosts_only
from channels.test import ChannelTestCase, WSClient, apply_routes
from django.contrib.auth.models import User
from django.test import override_settings


@allowed_hosts_only
@channel_session_user_from_http
def ws_connect(message, **kwargs):
    """Tell the user's name."""
    message.reply_channel.send({"accept": True})
    message.reply_channel.send({"text": '"%s"' % message.user.username})  # noqa: UP031


@channel_session_user
def ws_receive(message):
    message.reply_channel.send({"text": '"%s"' % message.user.username})  # noqa: UP031


@apply_routes(
    [
        route("websocket.connect", ws_connect, path=r"^/(?P<room>\w*)"),
        route("websocket.receive", ws_receive),
    ]
)
@override_settings(ALLOWED_HOSTS=["example.com", ".example.org"])
class OriginTests(ChannelTestCase):
    def connect(self, origin, client=None):
        client = client or WSClient()
        headers = [[b"cookie", client.headers["cookie"]]]
        if origin is not None:
            headers.append([b"origin", origin])
        client.send_and_consume("websocket.connect", content={"headers": headers}, path="/attic")
        return client

    def test_an_allowed_host(self):
        self.assertEqual(self.connect(b"http://example.com").receive(), "")
        self.assertEqual(self.connect(b"https://live.example.org:8000").receive(), "")

    def test_a_foreign_host(self):
        with self.assertRaises(DenyConnection):
            self.connect(b"http://example.net")

    def test_no_origin(self):
        with self.assertRaises(DenyConnection):
            self.connect(None)

    def test_a_broken_origin(self):
        for origin in (b"", b"null", b"http://\xff"):
            with self.assertRaises(DenyConnection):
                self.connect(origin)

    def test_headers_of_the_client_carry_no_origin(self):
        client = WSClient()
        client.set_header("origin", "http://example.com")
        with self.assertRaises(DenyConnection):
            client.send_and_consume("websocket.connect", path="/attic")

    def test_the_user_passes_through(self):
        client = WSClient()
        client.force_login(User.objects.create_user("ada"))
        self.connect(b"http://example.com", client)
        self.assertEqual(client.receive(), "ada")
        client.send_and_consume("websocket.receive", text="x")
        self.assertEqual(client.receive(), "ada")

    def test_the_decorated_function_keeps_its_name(self):
        self.assertEqual(ws_connect.__name__, "ws_connect")
        self.assertEqual(ws_connect.__doc__, "Tell the user's name.")


class ReexportTests(ChannelTestCase):
    def test_session_decorators_from_auth(self):
        for name in ("channel_session", "http_session", "channel_and_http_session"):
            self.assertIs(getattr(channels.auth, name), getattr(channels.sessions, name))

    def test_user_decorators_from_sessions(self):
        from channels.sessions import channel_session_user_from_http as reexported

        self.assertIs(reexported, channel_session_user_from_http)
