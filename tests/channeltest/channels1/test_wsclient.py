"""`WSClient`: cookies, headers, session, user, ordering, and JSON."""

from __future__ import annotations

import json
from http.cookies import CookieError, SimpleCookie

import pytest
from channels import Channel
from channeltest.compat.auth import channel_session_user_from_http
from channeltest.compat.exceptions import WebsocketCloseException
from channeltest.compat.routing import route
from channeltest.compat.sessions import channel_session, http_session
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends.base import UpdateError
from django.test import SimpleTestCase, modify_settings, override_settings

from channeltest import ChannelTestCase, ChannelTestCaseMixin, HttpClient, WSClient, apply_routes
from channeltest.channels1.wsclient import cookie_header
from tests.compat.inplace import told


def accept(message):
    message.reply_channel.send({"accept": True})


@modify_settings(INSTALLED_APPS={"remove": ["django.contrib.sessions"]})
class Base(ChannelTestCaseMixin, SimpleTestCase):
    """Without sessions, and so without database."""

    def setUp(self):
        self.client = WSClient()

    def sent(self, *args, **kwargs):
        """What the client sends to ``c``."""
        self.client.send("c", *args, **kwargs)
        return self.get_next_message("c", require=True).content


class ContentTests(Base):
    def test_what_is_filled_in(self):
        assert self.sent() == {
            "reply_channel": self.client.reply_channel, "path": "/", "headers": {"cookie": b""},
        }  # fmt: skip

    def test_what_the_content_has_is_kept(self):
        content = {
            "reply_channel": "r",
            "path": "/own/",
            "headers": [],
            "text": "t",
            "client": ["::1", 1],
        }
        assert self.sent(content, path="/other/") == content

    def test_the_content_is_left_alone(self):
        content: dict = {}
        self.sent(content, text="x")
        assert content == {}

    def test_text(self):
        assert self.sent(text="plain")["text"] == "plain"
        assert self.sent(text={"a": [1]})["text"] == '{"a": [1]}'
        assert self.sent({"text": {"a": 1}})["text"] == '{"a": 1}'
        assert self.sent({"text": "of the content"}, text="of the call")["text"] == "of the call"
        assert "text" not in self.sent()

    def test_text_that_is_no_json(self):
        with pytest.raises(TypeError, match="not JSON serializable"):
            self.sent(text=object())

    def test_query_strings(self):
        self.client.send("websocket.connect", path="/x/?a=1&b=2")
        message = self.get_next_message("websocket.connect")
        assert (message["path"], message["query_string"]) == ("/x/", "a=1&b=2")

    def test_only_a_handshake_has_a_query_string(self):
        for channel in ("c", "websocket.receive"):
            self.client.send(channel, path="/x/?a=1")
            message = self.get_next_message(channel)
            assert (message["path"], "query_string" in message) == ("/x/", False)

    def test_a_query_string_of_the_contents_own(self):
        self.client.send("websocket.connect", {"query_string": "own"}, path="/x/?a=1")
        assert self.get_next_message("websocket.connect")["query_string"] == "own"


class HeaderTests(Base):
    def test_headers(self):
        self.client.set_header("origin", b"http://x")
        assert self.sent()["headers"] == {"origin": b"http://x", "cookie": b""}

    def test_cookies(self):
        self.client.set_cookie("a", "1")
        self.client.set_cookie("b", "two words")
        assert self.client.get_cookies() == {"a": "1", "b": "two words"}
        assert self.client.headers["cookie"] == b' a=1; b="two words"'

    def test_cookies_are_no_header(self):
        with pytest.raises(ValueError, match=r"^Use set_cookie method for cookie header$"):
            self.client.set_header("cookie", b"a=1")

    def test_headers_are_copies(self):
        self.client.headers["x"] = 1
        assert "x" not in self.client.headers


class OrderingTests(Base):
    def test_numbers(self):
        self.client = WSClient(ordered=True)
        assert [self.sent()["order"] for _ in range(3)] == [0, 1, 2]
        assert self.client.order == 3

    def test_an_order_of_the_contents_own(self):
        assert self.sent({"order": 7})["order"] == 7
        self.client = WSClient(ordered=True)
        with pytest.raises(ValueError, match=r'^Do not use "order" manually with "ordered=True"$'):
            self.sent({"order": 7})

    def test_not_ordered(self):
        assert "order" not in self.sent()


class ReceiveTests(Base):
    def receive(self, content, **kwargs):
        Channel(self.client.reply_channel).send(content)
        return self.client.receive(**kwargs)

    def test_json(self):
        assert self.receive({"text": '{"a": 1}'}) == {"a": 1}
        assert self.receive({"text": '{"a": 1}'}, json=False) == '{"a": 1}'
        assert self.receive({"text": "plain"}, json=False) == "plain"

    def test_without_text(self):
        assert self.receive({"close": True}) == {"close": True}
        assert self.receive({"bytes": b"x"}, json=False) == {"bytes": b"x"}

    def test_text_that_is_decoded_already(self):
        assert self.receive({"text": {"a": 1}}) == {"a": 1}

    def test_nothing(self):
        assert self.client.receive() is None
        assert self.receive({}) is None

    def test_text_that_is_no_json(self):
        with pytest.raises(json.JSONDecodeError) as raised:
            self.receive({"text": "plain"})
        assert "receive(json=False)" in told(raised.value)


class AcceptTests(Base):
    def connect(self, consumer, **kwargs):
        with apply_routes([route("websocket.connect", consumer)]):
            return self.client.send_and_consume("websocket.connect", **kwargs)

    def rejected(self, consumer):
        with pytest.raises(AssertionError) as raised:
            self.connect(consumer)
        return told(raised.value)

    def test_accepted(self):
        self.connect(accept)
        assert self.client.receive() is None

    def test_rejected(self):
        text = self.rejected(lambda message: message.reply_channel.send({"accept": False}))
        assert text.startswith("Connection rejected: {'accept': False} != '{accept: True}'")
        assert "check_accept=False" not in text

    def test_a_frame_before_the_acceptance(self):
        text = self.rejected(lambda message: message.reply_channel.send({"text": "hello"}))
        assert text.startswith("Connection rejected: hello != '{accept: True}'")

    def test_silent(self):
        text = self.rejected(lambda message: None)
        assert text.startswith("Connection rejected: None != '{accept: True}'")
        assert "check_accept=False" in text

    def test_unchecked(self):
        self.connect(
            lambda message: message.reply_channel.send({"close": True}), check_accept=False
        )
        assert self.client.receive() == {"close": True}

    def test_closed_by_an_exception(self):
        self.client.reply_channel = "websocket.send!x"

        def consumer(message):
            raise WebsocketCloseException(4001)

        with pytest.raises(TypeError, match="must end at the !"):
            self.connect(consumer)

    def test_consume_checks_too(self):
        with apply_routes([route("websocket.connect", lambda message: None)]):
            self.client.send("websocket.connect")
            with pytest.raises(AssertionError, match="Connection rejected"):
                self.client.consume("websocket.connect")

    def test_other_channels_are_not_checked(self):
        with apply_routes([route("c", lambda message: 5)]):
            assert self.client.send_and_consume("c") == 5

    def test_no_consumer(self):
        with apply_routes([]), pytest.raises(AssertionError, match="Connection rejected: None"):
            self.client.send_and_consume("websocket.connect", fail_on_none=False)


class SessionTests(ChannelTestCase):
    def setUp(self):
        self.client = WSClient()

    def test_the_consumer_sees_it(self):
        seen = []

        @http_session
        def connect(message):
            seen.append(dict(message.http_session.items()))
            accept(message)

        self.client.session["rooms"] = ["attic"]
        self.client.session.save(must_create=True)
        with apply_routes([route("websocket.connect", connect)]):
            self.client.send_and_consume("websocket.connect")
        assert seen == [{"rooms": ["attic"]}]

    def test_it_is_one(self):
        assert self.client.session is self.client.session

    def test_saving_what_was_never_stored(self):
        """As in 1.1.8: nothing stores the session before a consumer, a login or the test does."""
        with pytest.raises(UpdateError):
            self.client.session.save()

    def test_it_is_the_reply_channels(self):
        keys = []

        @channel_session
        def connect(message):
            keys.append(message.channel_session.session_key)
            accept(message)

        with apply_routes([route("websocket.connect", connect)]):
            self.client.send_and_consume("websocket.connect")
        assert keys == [self.client.session.session_key]
        self.client.session["n"] = 1
        self.client.session.save()

    def test_its_cookie_goes_with_the_first_message_only(self):
        assert "sessionid" in self.client.get_cookies()
        self.client.send("c")
        assert "sessionid" not in self.client.get_cookies()

    @override_settings(SESSION_COOKIE_NAME="own")
    def test_the_cookies_name(self):
        assert list(self.client.get_cookies()) == ["own"]

    @modify_settings(INSTALLED_APPS={"remove": ["django.contrib.sessions"]})
    def test_sessions_that_are_not_installed(self):
        with pytest.raises(
            EnvironmentError, match=r"^Add django.contrib.sessions to the INSTALLED_APPS"
        ):
            self.client.session  # noqa: B018
        assert self.client.get_cookies() == {}


class LoginTests(ChannelTestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = User.objects.create_user("u", password="p")

    def setUp(self):
        self.client = HttpClient()

    def seen(self):
        """The user that a consumer sees."""
        seen = []

        @channel_session_user_from_http
        def connect(message):
            seen.append(message.user)
            accept(message)

        with apply_routes([route("websocket.connect", connect)]):
            self.client.send_and_consume("websocket.connect")
        return seen[0]

    def test_login(self):
        assert self.client.login(username="u", password="p") is True
        assert self.seen() == self.user

    def test_wrong_credentials(self):
        assert self.client.login(username="u", password="wrong") is False
        assert isinstance(self.seen(), AnonymousUser)

    def test_an_inactive_user(self):
        User.objects.update(is_active=False)
        assert self.client.login(username="u", password="p") is False

    def test_an_inactive_user_whom_the_backend_lets_in(self):
        User.objects.update(is_active=False)
        backend = "django.contrib.auth.backends.AllowAllUsersModelBackend"
        with override_settings(AUTHENTICATION_BACKENDS=[backend]):
            assert self.client.login(username="u", password="p") is False
        assert isinstance(self.seen(), AnonymousUser)

    @modify_settings(INSTALLED_APPS={"remove": ["django.contrib.sessions"]})
    def test_without_sessions(self):
        assert self.client.login(username="u", password="p") is False

    def test_force_login(self):
        self.client.force_login(self.user)
        assert self.user.backend == "django.contrib.auth.backends.ModelBackend"
        assert self.seen() == self.user

    def test_force_login_with_a_backend(self):
        backend = "django.contrib.auth.backends.AllowAllUsersModelBackend"
        with override_settings(AUTHENTICATION_BACKENDS=[backend]):
            self.client.force_login(self.user, backend=backend)
            assert self.user.backend == backend
            assert self.seen() == self.user

    def test_force_login_with_the_first_backend(self):
        names = ("ModelBackend", "AllowAllUsersModelBackend")
        backends = [f"django.contrib.auth.backends.{name}" for name in names]
        with override_settings(AUTHENTICATION_BACKENDS=backends):
            self.client.force_login(self.user)
        assert self.user.backend == backends[0]

    def test_nobody(self):
        assert isinstance(self.seen(), AnonymousUser)

    def test_logins_end_with_the_test(self):
        assert User.objects.count() == 1
        assert isinstance(self.seen(), AnonymousUser)


def test_arguments():
    assert WSClient(ordered=True, alias="memory").alias == "memory"
    with pytest.raises(TypeError):
        WSClient(nothing=1)
    with pytest.raises(TypeError):
        WSClient(True)


@pytest.mark.parametrize(
    ("cookies", "header"),
    [
        ({}, b""),
        ({"a": "1"}, b" a=1"),
        ({"b": "2", "a": "1"}, b" a=1; b=2"),
        ({"a": "two words"}, b' a="two words"'),
        ({"a": 'quo"ted'}, b' a="quo\\"ted"'),
        ({"a": ""}, b' a=""'),
        ({"a": 1}, b" a=1"),
        ({"a": None}, b" a=None"),
        ({"a": "é"}, b' a="\\351"'),
        ({"a": "path"}, b" a=path"),
    ],
)
def test_headers(cookies, header):
    assert cookie_header(cookies) == header


@pytest.mark.parametrize("name", ["path", "Expires", "a b", ""])
def test_names_that_are_not_valid(name):
    with pytest.raises(CookieError):
        cookie_header({name: "1"})


@pytest.mark.parametrize("value", ["plain", "a=b", "a;b", "a,b", "[x]", "'quoted'", "a%20b"])
def test_the_short_way_and_the_long_one_agree(value):
    jar: SimpleCookie = SimpleCookie()
    jar["name"] = value
    assert cookie_header({"name": value}) == jar.output(header="", sep=";").encode()
