"""The exceptions of Channels 1; where Channels 4 has one of the same name, they are one class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.exceptions import DenyConnection, RequestAborted, RequestTimeout

if TYPE_CHECKING:
    from .message import Message

__all__ = [
    "ChannelSocketException",
    "ConsumeLater",
    "DenyConnection",
    "RequestAborted",
    "RequestTimeout",
    "ResponseLater",
    "SendNotAvailableOnDemultiplexer",
    "WebsocketCloseException",
]


class ConsumeLater(Exception):
    """Raised by a consumer to have its message put back on the channel (Channels 1.1.8)."""


class ResponseLater(Exception):
    """Raised by a view whose response another consumer will send (Channels 1.1.8)."""


class ChannelSocketException(Exception):
    """Base of the exceptions that act on the message when a consumer raises them.

    The worker, or whatever else runs the consumer, catches the exception and calls `run` with
    the consumer's message. Source: Channels 1.1.8.
    """

    def run(self, message: Message) -> None:
        """Act on ``message``, the one whose consumer raised this exception.

        Raises:
            NotImplementedError: Always; subclasses say what happens.
        """
        raise NotImplementedError


class WebsocketCloseException(ChannelSocketException):
    """Raised by a websocket consumer to close its connection.

    Args:
        code: Close code to send (RFC 6455), or ``None`` for the server's default.

    Raises:
        ValueError: ``code`` is a number, but no int and no close code. As in 1.1.8, which says
            otherwise in this error, every int will do: suites close with 1011 and the like.
    """

    def __init__(self, code: int | None = None) -> None:
        acceptable = code is None or isinstance(code, int) or code == 1000 or 3000 <= code <= 4999
        if not acceptable:
            raise ValueError(f"invalid close code {code} (must be 1000 or from [3000, 4999])")
        self._code = code

    def run(self, message: Message) -> None:
        """Send ``{"close": code}`` (``True`` without a code) on the message's reply channel.

        Raises:
            ValueError: The reply channel's name does not begin with ``websocket.``.
        """
        reply_channel = message.reply_channel
        if reply_channel is None or reply_channel.name.partition(".")[0] != "websocket":
            raise ValueError("You cannot raise CloseWebsocketError from a non-websocket handler.")
        reply_channel.send({"close": self._code or True})


class SendNotAvailableOnDemultiplexer(Exception):
    """Raised by ``send`` on a demultiplexer: the multiplexer is there for that."""
