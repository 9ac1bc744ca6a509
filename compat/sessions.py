"""Sessions for consumers: one for each reply channel, the HTTP one, and ordering upon them."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import signed_cookies
from django.contrib.sessions.backends.base import CreateError, SessionBase

from .advice import with_note
from .exceptions import ConsumeLater
from .handler import AsgiRequest
from .message import Message
from .pending import pending_message_store

_NEXT_ORDER = "__channels_next_order"

_FROM_AUTH = frozenset(
    {
        "channel_and_http_session_user_from_http",
        "channel_session_user",
        "channel_session_user_from_http",
        "http_session_user",
    }
)


def __getattr__(name: str) -> Any:
    """Find the decorators of `auth` here too: many projects import them from ``sessions``."""
    if name not in _FROM_AUTH:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # Not at the top: auth is built on this module.
    from . import auth

    return getattr(auth, name)


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
    session, key = _store_for(reply_channel)
    # Loading drops the key of a session that is not stored yet, so it is set again.
    session.keys()
    session._session_key = key
    return session


def unstored_session_for_reply_channel(reply_channel: str) -> SessionBase:
    """Return the session of a reply channel that nobody else has heard of yet.

    Nothing can be stored under its key, so Django's own engines are not asked.

    Args:
        reply_channel: The channel's name.

    Returns:
        What `session_for_reply_channel` returns for it, empty.

    Raises:
        ValueError: The engine is the signed cookies one.
    """
    session, key = _store_for(reply_channel)
    if type(session).load.__module__.startswith("django.contrib.sessions.backends."):
        session._session_cache = {}  # type: ignore[attr-defined]
        session.accessed = True
    else:
        session.keys()
    session._session_key = key
    return session


def session_key_for_reply_channel(reply_channel: str) -> str:
    """Return the key that a reply channel's session has."""
    # 32 characters: what a session key of Django's may have.
    return "chn" + hashlib.sha1(reply_channel.encode("utf8")).hexdigest()[:29]


def has_django_engine() -> bool:
    """Whether channel sessions are kept by an engine of Django's own.

    Raises:
        ValueError: The engine is the signed cookies one.
    """
    return str(_engine().__name__).startswith("django.contrib.sessions.backends.")


def _store_for(reply_channel: str) -> tuple[SessionBase, str]:
    key = session_key_for_reply_channel(reply_channel)
    return _engine().SessionStore(session_key=key), key


def _engine() -> Any:
    engine = import_module(getattr(settings, "CHANNEL_SESSION_ENGINE", settings.SESSION_ENGINE))
    if engine is signed_cookies:
        raise with_note(
            ValueError(
                "You cannot use channels session functionality with signed cookie sessions!"
            ),
            "Set CHANNEL_SESSION_ENGINE to another engine, 'django.contrib.sessions.backends.db' "
            "say: browsers go on using the cookies, consumers keep theirs in the database.",
        )
    return engine


def _message_in(args: tuple[Any, ...]) -> Message:
    # A consumer may be a method: then its message is the second argument.
    for candidate in args[:2]:
        if isinstance(candidate, Message):
            return candidate
    raise with_note(
        ValueError("channel_session called without Message instance"),
        "The message must be the consumer's first argument, or its second after self.",
    )


def _open_channel_session(message: Message) -> SessionBase:
    """Give ``message`` its channel session, stored so that nobody else can take its key."""
    if not message.reply_channel:
        raise with_note(
            ValueError(
                "No reply_channel sent to consumer; @channel_session can only be used on "
                "messages containing it."
            ),
            'Add a "reply_channel" to the content that is sent, or send with a test client, '
            "which adds its own.",
        )
    session = session_for_reply_channel(message.reply_channel.name)
    if not session.exists(session.session_key):  # type: ignore[arg-type]
        try:
            session.save(must_create=True)
        except CreateError:
            # Another consumer of this connection has just done the same.
            raise ConsumeLater()
    message.channel_session = session
    return session


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
        message = _message_in(args)
        opened = None
        if not hasattr(message, "channel_session"):
            opened = _open_channel_session(message)
        try:
            return func(*args, **kwargs)
        finally:
            if opened is None:
                # The consumer may have put another session in its place.
                if message.channel_session.modified:
                    message.channel_session.save()
            elif opened.modified and not opened.is_empty():
                opened.save()

    return inner


def wait_channel_name(reply_channel: str) -> str:
    """Return the channel on which a connection's messages wait until it is their turn.

    Args:
        reply_channel: The name of the connection's reply channel. Its ``!`` becomes ``?``,
            since any process may read the wait channel.

    Source: Channels 1.1.8.
    """
    return "__wait__." + reply_channel.replace("!", "?")


def requeue_messages(message: Message) -> None:
    """Put every waiting message of a connection back on the channel it came from.

    Args:
        message: A message of that connection.

    Raises:
        ChannelFull: There is no room on the channel that a message came from. The message
            goes on waiting.

    Source: Channels 1.1.8, which lost the message then.
    """
    layer = message.channel_layer
    waiting = [wait_channel_name(message.reply_channel.name)]  # type: ignore[union-attr]
    while True:
        channel, content = layer.receive_many(waiting, block=False)
        if not channel:
            return
        target = content.pop("original_channel")
        try:
            layer.send(target, content)
        except layer.ChannelFull:
            # It goes on waiting: the channel has just made room for it.
            layer.send(waiting[0], {**content, "original_channel": target})
            raise layer.ChannelFull(
                "Cannot requeue pending __wait__ channel message "
                f"back on to already full channel {target}"
            )


def _put_off(message: Message) -> None:
    """Send a message that is not next to its connection's wait channel."""
    layer = message.channel_layer
    reply_to = message.reply_channel.name  # type: ignore[union-attr]
    message.content["original_channel"] = message.channel.name
    try:
        layer.send(wait_channel_name(reply_to), message.content)
    except layer.ChannelFull:
        raise layer.ChannelFull(
            f"Cannot add unordered message to already full __wait__ channel for socket {reply_to}"
        )


def _order_of(message: Message) -> int:
    if "order" not in message.content:
        raise with_note(
            ValueError(
                "No `order` value in message; @enforce_ordering can only be used on messages "
                "containing it."
            ),
            'Add an "order" that counts from 0 to the content that is sent, or send with a test '
            "client made with ordered=True.",
        )
    order = message.content["order"]
    try:
        return int(order)
    except (TypeError, ValueError) as error:
        raise with_note(error, f"The `order` of a message must be a whole number, not {order!r}")


def enforce_ordering(func: Callable[..., Any] | None = None, slight: bool = False) -> Any:
    """Have a connection's messages consumed in the order of their ``order`` values.

    A message that comes too early waits on a channel of its own (see `wait_channel_name`) and
    is put back on its channel when the one before it has been consumed. Turns on
    `channel_session`, which counts.

    Args:
        func: The consumer; without one, a decorator is returned.
        slight: Refused; Channels 1.0 had a second mode of this name.

    Returns:
        The consumer, decorated; it returns ``None``. It raises ``ValueError`` for a message
        without an ``order`` and `ChannelFull` when nothing more can wait.

    Raises:
        ValueError: ``slight`` is true.

    Source: Channels 1.1.8.
    """
    if slight:
        raise ValueError(
            "Slight ordering is now always on due to Channels changes. Please remove the decorator."
        )
    return _in_order if func is None else _in_order(func)


def _in_order(func: Callable[..., Any]) -> Callable[..., Any]:
    @channel_session
    @functools.wraps(func)
    def inner(message: Message, *args: Any, **kwargs: Any) -> None:
        order = _order_of(message)
        session = message.channel_session
        if order == session.get(_NEXT_ORDER, 0):
            func(message, *args, **kwargs)
            try:
                _send_replies(message)
            finally:
                session = message.channel_session
                session[_NEXT_ORDER] = order + 1
                session.save()
                session.modified = False
            requeue_messages(message)
            return
        _put_off(message)
        # Its turn may have come in another worker in the meantime: read the stored count.
        if order == session.load().get(_NEXT_ORDER, 0):
            requeue_messages(message)

    return inner


def _send_replies(message: Message) -> None:
    """Send what a consumer held back, where those of the next message could overtake it."""
    if pending_message_store.has_rivals(message.channel_layer):
        # Whoever gets a message may count on the session it was sent with.
        _save_if_modified(message.channel_session)
        pending_message_store.flush()


def _http_session_of(message: Message) -> SessionBase | None:
    """Return the HTTP session that a message names by cookie or query string, if any."""
    try:
        # A websocket's handshake has no method, and a request cannot be without.
        message.content.setdefault("method", "FAKE")
        request = AsgiRequest(message)
    except Exception as error:
        raise ValueError(
            f"Cannot parse HTTP message - are you sure this is a HTTP consumer? {error}"
        )
    key = request.GET.get("session_key")
    if key is None:
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    return _stored_http_session(key) if key else None


def _stored_http_session(key: str) -> SessionBase:
    session: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(session_key=key)
    return session


def http_session(func: Callable[..., Any]) -> Callable[..., Any]:
    """Give a consumer ``message.http_session``, the session of the browser's cookie.

    The key is taken from ``session_key`` in the query string or else from the session cookie.
    Without one ``http_session`` is ``None``: a consumer cannot begin a session, since it
    cannot set a cookie. A modified session is saved when the consumer has run, not when it
    raised. A message that has an HTTP session already keeps it.

    Args:
        func: The consumer of ``http.request``, ``websocket.connect`` or any other message with
            a ``path``.

    Returns:
        The consumer, decorated. It raises ``ValueError`` for a message that is no request.

    Source: Channels 1.1.8.
    """

    @functools.wraps(func)
    def inner(message: Message, *args: Any, **kwargs: Any) -> Any:
        if hasattr(message, "http_session"):
            try:
                return func(message, *args, **kwargs)
            finally:
                _save_if_modified(message.http_session)
        session = message.http_session = _http_session_of(message)
        result = func(message, *args, **kwargs)
        _save_if_modified(session)
        return result

    return inner


def _save_if_modified(session: SessionBase | None) -> None:
    if session is not None and session.modified:
        session.save()


def channel_and_http_session(func: Callable[..., Any]) -> Callable[..., Any]:
    """Give a consumer both sessions, and the HTTP one for the whole connection.

    The HTTP session's key is remembered in the channel session, so that messages that come
    without cookies have ``message.http_session`` too.

    Args:
        func: The consumer.

    Returns:
        The consumer, decorated with `http_session` and `channel_session`.

    Source: Channels 1.1.8.
    """

    @http_session
    @channel_session
    @functools.wraps(func)
    def inner(message: Message, *args: Any, **kwargs: Any) -> Any:
        cookie = settings.SESSION_COOKIE_NAME
        remembered = cookie in message.channel_session
        if message.http_session is not None and not remembered:
            message.channel_session[cookie] = message.http_session.session_key
        elif message.http_session is None and remembered:
            message.http_session = _stored_http_session(message.channel_session[cookie])
        return func(message, *args, **kwargs)

    return inner
