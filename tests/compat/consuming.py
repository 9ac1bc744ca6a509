"""Consumers called by hand on messages made by hand, on an in-memory default layer."""

from __future__ import annotations

from typing import Any

from channeltest.compat.asgi import ChannelLayerWrapper, channel_layers
from channeltest.compat.inmemory import ChannelLayer
from channeltest.compat.message import Message
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.test import TestCase


class ConsumerTestCase(TestCase):
    """A test case whose default layer is in memory and empty."""

    reply = "websocket.send?reply"

    def setUp(self) -> None:
        self.layer: Any = ChannelLayerWrapper(ChannelLayer(), "default", [])
        self.addCleanup(channel_layers.set, "default", channel_layers.set("default", self.layer))

    def message(self, channel: str = "test", **content: Any) -> Message:
        """A message off ``channel`` with a reply channel."""
        return Message({"reply_channel": self.reply, **content}, channel, self.layer)

    def waiting(self, channel: str | None = None) -> list[dict[str, Any]]:
        """Take everything off ``channel``, the reply channel by default."""
        taken = []
        while (received := self.layer.receive_many([channel or self.reply]))[0]:
            taken.append(received[1])
        return taken


def browser_session(user: User | None = None) -> SessionStore:
    """A stored HTTP session, with ``user`` logged in to it."""
    session = SessionStore()
    if user is not None:
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session


def handshake(session: SessionStore | None = None) -> dict[str, Any]:
    """What a websocket message says of the browser whose session this is."""
    cookie = [] if session is None else [[b"cookie", f"sessionid={session.session_key}".encode()]]
    return {"path": "/", "headers": cookie}
