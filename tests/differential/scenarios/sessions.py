"""``channel_session`` and ``session_for_reply_channel``."""

import hashlib

from channels import Channel, channel_layers
from channels.exceptions import ConsumeLater
from channels.message import Message
from channels.sessions import channel_session, session_for_reply_channel
from django.contrib.sessions.models import Session
from django.test.utils import override_settings

from tests.differential.recorder import scenario


def make(name="test", **content):
    return Message(content, name, channel_layers["default"])


@channel_session
def count(message, step=1):
    message.channel_session["n"] = message.channel_session.get("n", 0) + step
    return message.channel_session["n"]


@scenario
def persists_by_reply_channel(t):
    t.note("counts", [count(make(reply_channel="one")) for _ in range(3)])
    t.note("other", count(make(reply_channel="two")))
    t.note("kwargs", count(make(reply_channel="one"), step=10))
    t.note("stored", session_for_reply_channel("one")["n"])
    t.note("rows", Session.objects.count())


@scenario
def key_is_a_hash_of_the_name(t):
    for name in ["one", "websocket.send!abc", "na\u00efve"]:
        expected = "chn" + hashlib.sha1(name.encode("utf8")).hexdigest()[:29]
        t.note(name, session_for_reply_channel(name).session_key == expected)


@scenario
def keeps_the_functions_name(t):
    t.note("name", count.__name__)


@scenario
def needs_a_message(t):
    t.raises("nothing", count)
    t.raises("text", count, "text")
    t.raises("third", count, 1, 2, make(reply_channel="r"))


@scenario
def needs_a_reply_channel(t):
    t.raises("absent", count, make())
    t.raises("None", count, make(reply_channel=None))


@scenario
def message_may_come_second(t):
    class Consumer(object):
        @channel_session
        def method(self, message):
            message.channel_session["seen"] = True
            return "method"

    t.note("result", Consumer().method(make(reply_channel="r")))
    t.note("session", dict(session_for_reply_channel("r").items()))


@scenario
def nested_decorators_share_the_session(t):
    @channel_session
    @channel_session
    def twice(message):
        message.channel_session["n"] = 1
        return message.channel_session

    message = make(reply_channel="r")
    t.note("same", twice(message) is message.channel_session)
    t.note("stored", session_for_reply_channel("r")["n"])


@scenario
def error_still_saves(t):
    @channel_session
    def failing(message):
        message.channel_session["n"] = 1
        raise ValueError("after writing")

    t.raises("failing", failing, make(reply_channel="r"))
    t.note("stored", dict(session_for_reply_channel("r").items()))


@scenario
def reading_alone_makes_a_row(t):
    @channel_session
    def reading(message):
        return message.channel_session.get("n")

    t.note("value", reading(make(reply_channel="r")))
    t.note("rows", Session.objects.count())
    t.note(
        "exists", session_for_reply_channel("r").exists(session_for_reply_channel("r").session_key)
    )


@scenario
def message_with_a_session_already(t):
    message = make(reply_channel="r")
    count(make(reply_channel="another"))
    message.channel_session = session_for_reply_channel("another")
    count(message)
    t.note("another", session_for_reply_channel("another").get("n"))
    t.note("own", session_for_reply_channel("r").get("n"))


@scenario
def race_asks_to_consume_later(t):
    from unittest import mock

    from django.contrib.sessions.backends.base import CreateError
    from django.contrib.sessions.backends.db import SessionStore

    with mock.patch.object(SessionStore, "save", side_effect=CreateError):
        t.raises("race", count, make(reply_channel="r"))
    t.note("class", ConsumeLater.__name__)


@scenario
def signed_cookies_are_refused(t):
    with override_settings(SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies"):
        t.raises("session_for_reply_channel", session_for_reply_channel, "r")
        t.raises("channel_session", count, make(reply_channel="r"))


@scenario
def engine_of_its_own(t):
    with override_settings(
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        CHANNEL_SESSION_ENGINE="django.contrib.sessions.backends.db",
    ):
        t.note("count", count(make(reply_channel="r")))


@scenario
def unknown_engine(t):
    with override_settings(SESSION_ENGINE="nowhere.sessions"):
        t.raises_type("unknown", session_for_reply_channel, "r")


@scenario
def deleting_values(t):
    @channel_session
    def forget(message):
        del message.channel_session["n"]

    count(make(reply_channel="r"))
    forget(make(reply_channel="r"))
    t.note("stored", dict(session_for_reply_channel("r").items()))
    t.raises("again", forget, make(reply_channel="r"))


@scenario
def flush_in_a_consumer(t):
    @channel_session
    def flush(message):
        message.channel_session.flush()

    count(make(reply_channel="r"))
    t.raises("flush", flush, make(reply_channel="r"))
    t.note("rows", Session.objects.count())
    t.note("counts again", count(make(reply_channel="r")))


@scenario
def session_behaves_as_djangos(t):
    session = session_for_reply_channel("r")
    t.note("empty", session.is_empty())
    t.note("modified", session.modified)
    session["a"] = [1, 2]
    t.note("modified", session.modified)
    t.raises_type("save a row that is not there", session.save)
    session.save(must_create=True)
    t.note("a", session_for_reply_channel("r")["a"])
    t.note("same key", session_for_reply_channel("r").session_key == session.session_key)


@scenario
def inner_change_is_lost_unless_marked(t):
    @channel_session
    def start(message):
        message.channel_session["list"] = []

    @channel_session
    def append(message, mark):
        message.channel_session["list"].append(1)
        if mark:
            message.channel_session.modified = True

    start(make(reply_channel="r"))
    append(make(reply_channel="r"), False)
    t.note("unmarked", session_for_reply_channel("r")["list"])
    append(make(reply_channel="r"), True)
    t.note("marked", session_for_reply_channel("r")["list"])


@scenario
def reply_channel_reaches_the_consumer(t):
    @channel_session
    def reply(message):
        message.reply_channel.send({"n": 1})

    Channel("test").send({"reply_channel": "back"})
    reply(t.case.get_next_message("test"))
    t.messages("back")


@scenario
def re_exports(t):
    import channels.auth
    import channels.sessions

    t.note(
        "auth.channel_session", channels.auth.channel_session is channels.sessions.channel_session
    )
    t.note("auth.http_session", channels.auth.http_session is channels.sessions.http_session)
    t.note(
        "binding",
        __import__("channels.binding.base").binding.base.channel_session is channel_session,
    )
