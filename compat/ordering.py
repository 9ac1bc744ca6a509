"""The order in which the messages of one connection are consumed."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .advice import with_note
from .channel_sessions import channel_session
from .http_sessions import save_if_modified
from .layers.outage import until_reached
from .message import Message
from .pending import pending_message_store

if TYPE_CHECKING:
    from .base_layer import BaseChannelLayer

# Where the channel session counts, and a waiting message remembers its channel.
_NEXT_ORDER = "__channels_next_order"
_ORIGIN = "original_channel"


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
    waiting = _wait_channel(message)

    def take() -> dict[str, Any] | None:
        content: dict[str, Any] | None = layer.receive_many([waiting], block=False)[1]
        return content

    while (content := until_reached(layer, take)) is not None:
        origin = content.pop(_ORIGIN)
        try:
            _send(layer, origin, content)
        except layer.ChannelFull:
            # The channel on which it waited has room for it: it was just taken off.
            _send(layer, waiting, {**content, _ORIGIN: origin})
            raise layer.ChannelFull(
                "Cannot requeue pending __wait__ channel message "
                f"back on to already full channel {origin}"
            )


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
        if not _is_next(order, message.channel_session):
            _put_off(message)
            # The one before may have been consumed by another worker meanwhile.
            if _is_next(order, message.channel_session.load()):
                requeue_messages(message)
            return
        func(message, *args, **kwargs)
        _count(message, order)
        requeue_messages(message)

    return inner


def _is_next(order: int, counts: Any) -> bool:
    return bool(order == counts.get(_NEXT_ORDER, 0))


def _order_of(message: Message) -> int:
    if "order" not in message.content:
        raise with_note(
            ValueError(
                "No `order` value in message; @enforce_ordering can only be used on messages "
                "containing it."
            ),
            'Add an "order" that counts from 0 to the content that is sent. A client of '
            "channels.test does so when it is made with ordered=True.",
        )
    order = message.content["order"]
    try:
        return int(order)
    except (TypeError, ValueError) as error:
        raise with_note(error, f"The `order` of a message must be a whole number, not {order!r}")


def _count(message: Message, order: int) -> None:
    """Store that a message has been consumed, once what its consumer held back is sent."""
    try:
        _send_replies(message)
    finally:
        session = message.channel_session
        session[_NEXT_ORDER] = order + 1
        session.save()
        session.modified = False


def _send_replies(message: Message) -> None:
    """Send what a consumer held back, where those of the next message could overtake it."""
    if pending_message_store.has_rivals(message.channel_layer):
        # What is sent may be answered by a consumer that reads this session.
        save_if_modified(message.channel_session)
        pending_message_store.flush()


def _put_off(message: Message) -> None:
    """Send a message that is not next to its connection's wait channel."""
    layer = message.channel_layer
    message.content[_ORIGIN] = message.channel.name
    waiting = _wait_channel(message)
    try:
        _send(layer, waiting, message.content)
    except layer.ChannelFull:
        raise layer.ChannelFull(
            "Cannot add unordered message to already full __wait__ channel for socket "
            f"{message.reply_channel}"
        )


def _send(layer: BaseChannelLayer, channel: str, content: dict[str, Any]) -> None:
    """Send a message that is off the layer: without it, all after it would wait in vain."""
    until_reached(layer, lambda: layer.send(channel, content))


def _wait_channel(message: Message) -> str:
    return wait_channel_name(message.reply_channel.name)  # type: ignore[union-attr]
