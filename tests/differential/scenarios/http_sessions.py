"""``http_session`` and ``channel_and_http_session``."""

from channels import channel_layers
from channels.message import Message
from channels.sessions import channel_and_http_session, http_session, session_for_reply_channel
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore

from tests.differential.recorder import scenario


def make(name="websocket.connect", session=None, **content):
    content.setdefault("path", "/")
    content.setdefault("reply_channel", "reply")
    if session is not None:
        cookie = "%s=%s" % (settings.SESSION_COOKIE_NAME, session.session_key)
        content["headers"] = [[b"cookie", cookie.encode("ascii")]]
    return Message(content, name, channel_layers["default"])


def stored(**values):
    session = SessionStore()
    session.update(values)
    session.create()
    session.update(values)
    session.save()
    return session


@http_session
def consumer(message, **kwargs):
    if message.http_session is None:
        return None
    return dict(message.http_session.items())


@scenario
def from_the_cookie(t):
    t.note("session", consumer(make(session=stored(value=1))))


@scenario
def from_the_query_string(t):
    key = stored(value=2).session_key
    t.note("text", consumer(make(query_string="session_key=%s" % key)))
    t.note("bytes", consumer(make(query_string=("session_key=%s" % key).encode("ascii"))))


@scenario
def query_string_wins(t):
    key = stored(value="query").session_key
    t.note(
        "session",
        consumer(make(session=stored(value="cookie"), query_string="session_key=%s" % key)),
    )


@scenario
def none_without_a_key(t):
    t.note("session", consumer(make()))
    t.note("empty key", consumer(make(query_string="session_key=")))


@scenario
def unknown_key(t):
    t.note("session", consumer(make(query_string="session_key=doesnotexist")))


@scenario
def saves_what_changed(t):
    @http_session
    def change(message):
        message.http_session["value"] = 3

    session = stored(value=1)
    change(make(session=session))
    t.note("value", SessionStore(session_key=session.session_key)["value"])


@scenario
def error_loses_changes(t):
    @http_session
    def failing(message):
        message.http_session["value"] = 3
        raise ValueError("after writing")

    session = stored(value=1)
    t.raises("failing", failing, make(session=session))
    t.note("value", SessionStore(session_key=session.session_key)["value"])


@scenario
def nested_saves_even_on_error(t):
    @http_session
    @http_session
    def failing(message):
        message.http_session["value"] = 3
        raise ValueError("after writing")

    session = stored(value=1)
    t.raises("failing", failing, make(session=session))
    t.note("value", SessionStore(session_key=session.session_key)["value"])


@scenario
def message_gains_a_method(t):
    message = make()
    consumer(message)
    t.note("method", message["method"])
    message = make(method="GET")
    consumer(message)
    t.note("method", message["method"])


@scenario
def needs_an_http_message(t):
    message = Message({"reply_channel": "r"}, "test", channel_layers["default"])
    t.raises("no path", consumer, message)
    t.raises_type("bad headers", consumer, make(headers=[["text", "text"]]))


@scenario
def takes_kwargs_and_keeps_the_name(t):
    @http_session
    def keyword(message, room=None):
        return room

    t.note("room", keyword(make(), room="blue"))
    t.note("name", keyword.__name__)


@scenario
def old_style_headers(t):
    session = stored(value=1)
    cookie = "%s=%s" % (settings.SESSION_COOKIE_NAME, session.session_key)
    message = make(headers={"cookie": cookie.encode("ascii")})
    t.note("session", consumer(message))
    t.note("headers are a list now", type(message["headers"]).__name__)


@scenario
def both_sessions(t):
    @channel_and_http_session
    def both(message):
        return [
            message.http_session and message.http_session.get("value"),
            dict(message.channel_session.items()),
        ]

    session = stored(value="http")
    t.note("connect", both(make(session=session)))
    t.note("receive", both(make("websocket.receive")))
    t.note(
        "key is kept",
        session_for_reply_channel("reply")[settings.SESSION_COOKIE_NAME] == session.session_key,
    )


@scenario
def both_without_an_http_session(t):
    @channel_and_http_session
    def both(message):
        return [message.http_session, dict(message.channel_session.items())]

    t.note("connect", both(make()))


@scenario
def both_saves_the_hydrated_session(t):
    @channel_and_http_session
    def both(message):
        message.http_session["n"] = message.http_session.get("n", 0) + 1

    session = stored(n=0)
    both(make(session=session))
    both(make("websocket.receive"))
    t.note("n", SessionStore(session_key=session.session_key)["n"])


@scenario
def both_needs_a_reply_channel(t):
    @channel_and_http_session
    def both(message):
        pass

    t.raises("no reply channel", both, make(reply_channel=None))


@scenario
def first_key_stays(t):
    @channel_and_http_session
    def both(message):
        return message.http_session["value"]

    t.note("first", both(make(session=stored(value="first"))))
    t.note("second", both(make(session=stored(value="second"))))
    t.note("later", both(make("websocket.receive")))
