"""The decorators of ``channels.auth``."""

from channels import channel_layers
from channels.auth import (
    channel_and_http_session_user_from_http,
    channel_session_user,
    channel_session_user_from_http,
    http_session_user,
    transfer_user,
)
from channels.generic.websockets import WebsocketConsumer
from channels.message import Message
from channels.sessions import session_for_reply_channel
from channels.test import WSClient, apply_routes
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User

from tests.differential.recorder import scenario


def make(name="websocket.receive", **content):
    content.setdefault("path", "/")
    content.setdefault("reply_channel", "reply")
    return Message(content, name, channel_layers["default"])


def logged_in(username="anna"):
    user = User.objects.create_user(username=username, password="secret")
    client = WSClient()
    client.force_login(user)
    return client


def connect(client, consumer):
    from channels import route

    with apply_routes([route("websocket.connect", consumer), route("websocket.receive", consumer)]):
        return client.send_and_consume("websocket.connect", check_accept=False)


def user_of(message, **kwargs):
    return message.user


@scenario
def channel_session_user_is_anonymous_at_first(t):
    t.note("user", channel_session_user(user_of)(make()))
    t.note("authenticated", bool(channel_session_user(user_of)(make()).is_authenticated))


@scenario
def channel_session_user_needs_a_reply_channel(t):
    t.raises("no reply channel", channel_session_user(user_of), make(reply_channel=None))
    t.raises("no message", channel_session_user(user_of), "text")


@scenario
def channel_session_user_after_a_transfer(t):
    client = logged_in()
    t.note("connect", connect(client, channel_session_user_from_http(user_of)))
    message = make(reply_channel=client.reply_channel)
    t.note("receive", channel_session_user(user_of)(message))
    t.note("other connection", channel_session_user(user_of)(make()))


@scenario
def http_session_user_from_the_cookie(t):
    t.note("user", connect(logged_in(), http_session_user(user_of)))
    t.note("stranger", connect(WSClient(), http_session_user(user_of)))
    t.note("no session", http_session_user(user_of)(make()))


@scenario
def http_session_user_needs_http(t):
    message = Message({"reply_channel": "r"}, "test", channel_layers["default"])
    t.raises("no path", http_session_user(user_of), message)


@scenario
def from_http_keeps_the_user_in_the_channel_session(t):
    client = logged_in()
    connect(client, channel_session_user_from_http(user_of))
    session = session_for_reply_channel(client.reply_channel)
    keys = [BACKEND_SESSION_KEY, SESSION_KEY, HASH_SESSION_KEY]
    t.note("keys", [key in session for key in keys])
    t.note("backend", session[BACKEND_SESSION_KEY])


@scenario
def from_http_without_a_session(t):
    message = make()
    t.note("user", channel_session_user_from_http(user_of)(message))
    t.note("http session", message.http_session)
    t.note("channel session", dict(message.channel_session.items()))


@scenario
def from_http_gives_both_sessions(t):
    client = logged_in()
    client.session["colour"] = "red"
    client.session.save()

    @channel_session_user_from_http
    def consumer(message):
        message.channel_session["seen"] = True
        return [message.http_session["colour"], message.user.username]

    t.note("connect", connect(client, consumer))
    t.note("stored", session_for_reply_channel(client.reply_channel)["seen"])


@scenario
def both_sessions_user(t):
    client = logged_in()
    client.session["colour"] = "red"
    client.session.save()

    @channel_and_http_session_user_from_http
    def consumer(message):
        return [message.http_session and message.http_session.get("colour"), str(message.user)]

    t.note("connect", connect(client, consumer))
    t.note("receive", consumer(make(reply_channel=client.reply_channel)))
    t.note("stranger", consumer(make()))


@scenario
def transfer(t):
    source = {BACKEND_SESSION_KEY: "b", SESSION_KEY: "1", HASH_SESSION_KEY: "h", "other": 1}
    target = {}
    transfer_user(source, target)
    t.note("complete", target)
    for missing in [BACKEND_SESSION_KEY, SESSION_KEY, HASH_SESSION_KEY]:
        target = {}
        transfer_user({key: value for key, value in source.items() if key != missing}, target)
        t.note("without %s" % missing, target)


@scenario
def login_checks_credentials(t):
    User.objects.create_user(username="anna", password="secret")
    User.objects.create_user(username="gone", password="secret", is_active=False)
    client = WSClient()
    t.note("wrong", client.login(username="anna", password="wrong"))
    t.note("inactive", client.login(username="gone", password="secret"))
    t.note("right", client.login(username="anna", password="secret"))
    t.note("user", connect(client, channel_session_user_from_http(user_of)))


@scenario
def logging_in_twice(t):
    client = logged_in("anna")
    berta = User.objects.create_user(username="berta", password="secret")
    client.force_login(berta)
    t.note("user", connect(client, http_session_user(user_of)))


@scenario
def force_login_sets_the_backend(t):
    user = User.objects.create_user(username="anna")
    WSClient().force_login(user)
    t.note("default", user.backend)
    t.raises_type("unknown", WSClient().force_login, user, backend="nowhere.Backend")
    t.note("given", user.backend)


@scenario
def deleted_user(t):
    client = logged_in()
    User.objects.all().delete()
    t.note("user", connect(client, http_session_user(user_of)))


@scenario
def changed_password(t):
    client = logged_in()
    user = User.objects.get()
    user.set_password("another")
    user.save()
    t.note("user", connect(client, http_session_user(user_of)))


@scenario
def generic_consumer_http_user(t):
    class Consumer(WebsocketConsumer):
        http_user = True

        def connect(self, message, **kwargs):
            message.reply_channel.send({"accept": True})
            self.send(text="connect %s %s" % (message.user, message.http_session is not None))

        def receive(self, text=None, bytes=None, **kwargs):
            message = self.message
            self.send(text="receive %s %s" % (message.user, message.http_session is not None))

    client = logged_in()
    with apply_routes([Consumer.as_route()]):
        client.send_and_consume("websocket.connect")
        client.send_and_consume("websocket.receive", text="x")
        t.messages(client.reply_channel)
        stranger = WSClient()
        stranger.send_and_consume("websocket.connect")
        t.messages(stranger.reply_channel)
    t.note("class attribute", Consumer.channel_session_user)


@scenario
def generic_consumer_http_user_and_session(t):
    class Consumer(WebsocketConsumer):
        http_user_and_session = True

        def connect(self, message, **kwargs):
            message.reply_channel.send({"accept": True})

        def receive(self, text=None, bytes=None, **kwargs):
            session = self.message.http_session
            session["n"] = session.get("n", 0) + 1
            self.send(text="%s %s" % (self.message.user, session["n"]))

    client = logged_in()
    with apply_routes([Consumer.as_route()]):
        client.send_and_consume("websocket.connect")
        client.send_and_consume("websocket.receive", text="x")
        client.send_and_consume("websocket.receive", text="x")
        t.messages(client.reply_channel)


@scenario
def login_between_messages(t):
    @http_session_user
    def consumer(message):
        return str(message.user)

    from channels import route

    user = User.objects.create_user(username="anna")
    client = WSClient()
    with apply_routes([route("websocket.connect", consumer), route("websocket.receive", consumer)]):
        t.note("before", client.send_and_consume("websocket.connect", check_accept=False))
        client.force_login(user)
        t.note("no cookie any more", client.send_and_consume("websocket.receive"))
        client._session_cookie = True
        t.note("with the cookie", client.send_and_consume("websocket.receive"))


@scenario
def names_are_kept(t):
    for decorator in [
        channel_session_user,
        http_session_user,
        channel_session_user_from_http,
        channel_and_http_session_user_from_http,
    ]:
        t.note(decorator.__name__, decorator(user_of).__name__)
