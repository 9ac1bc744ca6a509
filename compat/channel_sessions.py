"""The session of a reply channel, and the decorator that gives it to a consumer."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any
from weakref import WeakValueDictionary

from django.conf import settings
from django.contrib.sessions.backends import signed_cookies
from django.contrib.sessions.backends.base import CreateError, SessionBase

from .advice import with_note
from .exceptions import ConsumeLater
from .message import Message

# Reply channels whose session nobody has asked for, each with its owner: whoever makes a new name
# for a reply channel may enter it here, and knows that no session is stored for it.
unused_reply_channels: WeakValueDictionary[str, object] = WeakValueDictionary()


def session_for_reply_channel(reply_channel: str) -> SessionBase:
    """Return the session that belongs to a reply channel.

    Args:
        reply_channel: The channel's name. The session's key is made of a hash of it, so that
            every consumer of one connection finds the same session.

    Returns:
        A loaded ``SessionStore`` of ``CHANNEL_SESSION_ENGINE``, or of ``SESSION_ENGINE`` where
        that is not set. It may not be in the store yet.

    Raises:
        ValueError: The engine is the signed cookies one, which no consumer can write to.

    Source: Channels 1.1.8.
    """
    key = key_for_reply_channel(reply_channel)
    unused_reply_channels.pop(reply_channel, None)
    return loaded_session(_engine().SessionStore, key)


def key_for_reply_channel(reply_channel: str) -> str:
    """Return the key of the session that belongs to a reply channel.

    Args:
        reply_channel: The channel's name.

    Raises:
        ValueError: As for `session_for_reply_channel`.
    """
    _engine_name()
    # 32 characters: what a session key of Django's may have.
    return "chn" + hashlib.sha1(reply_channel.encode("utf8")).hexdigest()[:29]


def loaded_session(
    store: Callable[[str | None], SessionBase], key: str, may_be_stored: bool = True
) -> SessionBase:
    """Return a session that is loaded, and has its key even if it is not stored yet.

    Args:
        store: The ``SessionStore`` of an engine.
        key: The session's key.
        may_be_stored: Whether to look for it in the store; otherwise it is empty.
    """
    session = store(key if may_be_stored else None)
    # Loading drops the key of a session that is not stored, so it is set again.
    session.keys()
    session._session_key = key
    return session


def _engine() -> ModuleType:
    return import_module(_engine_name())


def _engine_name() -> str:
    name: str = getattr(settings, "CHANNEL_SESSION_ENGINE", settings.SESSION_ENGINE)
    if name != signed_cookies.__name__:
        return name
    raise with_note(
        ValueError("You cannot use channels session functionality with signed cookie sessions!"),
        "Set CHANNEL_SESSION_ENGINE to another engine, for example "
        "'django.contrib.sessions.backends.db': browsers go on using the cookies, consumers keep "
        "theirs in the database.",
    )


def channel_session(func: Callable[..., Any]) -> Callable[..., Any]:
    """Give a consumer ``message.channel_session``, kept for as long as its reply channel is used.

    The session is stored before the consumer runs and, if modified, again when it has run,
    also when it raised. A message that has a channel session already keeps it.

    Args:
        func: The consumer, a function or a method.

    Returns:
        The consumer, decorated. It raises ``ValueError`` if it is called without a `Message`
        or with one that has no reply channel, and `ConsumeLater` if another consumer is
        creating the same session at this moment.

    Source: Channels 1.1.8.
    """

    @functools.wraps(func)
    def inner(*args: Any, **kwargs: Any) -> Any:
        with _session_of(_message_in(args)):
            return func(*args, **kwargs)

    return inner


def _message_in(args: tuple[Any, ...]) -> Message:
    # A consumer may be a method: then its message is the second argument.
    found = next((each for each in args[:2] if isinstance(each, Message)), None)
    if found is None:
        raise with_note(
            ValueError("channel_session called without Message instance"),
            "The message must be the consumer's first argument, or its second after self.",
        )
    return found


@contextmanager
def _session_of(message: Message) -> Iterator[None]:
    """Give ``message`` its channel session for a block, and save what the block changes."""
    opened = None
    if not hasattr(message, "channel_session"):
        opened = message.channel_session = _stored_session(message)
    try:
        yield
    finally:
        # The block may have put another session in the place of one that was there before.
        session = message.channel_session if opened is None else opened
        is_unused = opened is not None and opened.is_empty()
        if session.modified and not is_unused:
            session.save()


def _stored_session(message: Message) -> SessionBase:
    """Return the session of a message, stored so that nobody else can take its key."""
    reply_channel = message.reply_channel
    if reply_channel is None:
        raise with_note(
            ValueError(
                "No reply_channel sent to consumer; @channel_session can only be used on "
                "messages containing it."
            ),
            'Add a "reply_channel" to the content that is sent.',
        )
    session = session_for_reply_channel(reply_channel.name)
    key: Any = session.session_key
    if not session.exists(key):
        _create(session)
    return session


def _create(session: SessionBase) -> None:
    try:
        session.save(must_create=True)
    except CreateError:
        # Another consumer of this connection has just done the same.
        raise ConsumeLater()
