"""`Client`: sends messages to consumers, runs them, and receives what they reply."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from channels import DEFAULT_CHANNEL_LAYER

from ..bridge.connection import StageConnection
from ..bridge.registry import connections
from ..bridge.scope import message_of
from ..compat.advice import with_note
from ..compat.applications.target import Application
from ..compat.channel import Group
from ..compat.channel_sessions import unused_reply_channels
from ..compat.exceptions import ChannelSocketException
from ..compat.message import Message
from ..compat.signals import consumer_finished, consumer_started
from ..layers.captive import are_captive
from ..record.entries import consuming, record
from ..record.tracing import record_test
from .layer_in_use import layer_in_use, missing_session, no_message, no_route
from .refusal import as_refusal

if TYPE_CHECKING:
    from ..compat.asgi import ChannelLayerWrapper

# Failures show the test and the consumer, not what runs them.
__tracebackhide__ = True


Value = TypeVar("Value")


class replaceable(Generic[Value]):
    """A read-only property that instances and subclasses may shadow: ``self.stage = …`` works.

    Suites of Channels 1 name their own attributes freely. The harness itself never reads an
    attribute that is made with this.

    Args:
        read: The property's getter.
    """

    def __init__(self, read: Callable[[Any], Value]) -> None:
        self._read = read
        self.__doc__ = read.__doc__

    @overload
    def __get__(self, instance: None, owner: type | None = None) -> replaceable[Value]: ...
    @overload
    def __get__(self, instance: object, owner: type | None = None) -> Value: ...
    def __get__(self, instance: Any, owner: type | None = None) -> replaceable[Value] | Value:
        """Return the value for an instance, and this descriptor for the class."""
        return self if instance is None else self._read(instance)


class Client:
    """A user of the project's consumers, with a reply channel of its own.

    Args:
        alias: Alias of the channel layer to use.

    Attributes:
        alias: The same.
        reply_channel: Name of the channel that consumers reply on.

    The layer is looked up when the client is used. Source: Channels 1.1.8.
    """

    def __init__(self, alias: str = DEFAULT_CHANNEL_LAYER) -> None:
        self.reply_channel = alias + "".join(random.choices(string.ascii_letters, k=5))
        self.alias = alias
        unused_reply_channels[self.reply_channel] = self
        if not are_captive():
            record_test()
        record("made", self.reply_channel)

    @property
    def channel_layer(self) -> ChannelLayerWrapper:
        """The channel layer in use now, with its routing (`ChannelLayerWrapper`)."""
        return layer_in_use(self.alias)

    def get_next_message(self, channel: str) -> Message | None:
        """Take the next message off ``channel``; ``None`` when there is none."""
        connections().settle()
        layer = self.channel_layer
        name, content = layer.receive_many([channel])
        if name is None or content is None:
            return None
        return message_of(content, name, layer, Message)

    def get_consumer_by_channel(self, channel: str) -> Any:
        """Return the consumer that a message on ``channel`` would go to, or ``None``."""
        layer = self.channel_layer
        match = layer.router.match(Message({"text": ""}, channel, layer))
        return match[0] if match else None

    @replaceable
    def connection(self) -> StageConnection | None:
        """The modern application that this client connected to last, or ``None``."""
        return connections().last_of(self.alias, self.reply_channel)

    def send(self, to: str, content: Mapping[str, Any] = {}) -> None:
        """Send ``content`` to the channel ``to``, with this client's reply channel.

        Args:
            to: The channel's name.
            content: The message; a ``reply_channel`` of its own is kept.

        Raises:
            AttributeError: ``content`` is no dict.
            TypeError: The name is not valid.
            ChannelFull: The channel holds as many messages as it may.
        """
        filled = {"reply_channel": self.reply_channel, **checked_content(content)}
        self.channel_layer.send(to, filled)

    def consume(self, channel: str, fail_on_none: bool = True) -> Any:
        """Take the next message off ``channel`` and run its consumer.

        What the consumer has sent is on its channels when this returns.

        Args:
            channel: The channel's name.
            fail_on_none: Fail when there is no message, or no consumer for it.

        Returns:
            What the consumer returned: the instance, for a class-based consumer.

        Raises:
            AssertionError: There is no message, or no consumer for it.
            Exception: Whatever the consumer raises, except for a `ChannelSocketException`,
                which is run.
        """
        message = self.get_next_message(channel)
        if message is None:
            if fail_on_none:
                raise with_note(
                    AssertionError(f"No message for channel {channel}"),
                    no_message(self.channel_layer, channel),
                )
            return None
        modern = connections()
        connection = modern.at_path(self.alias, message)
        if connection is not None:
            return modern.handle(connection, message)
        match = message.channel_layer.router.target(message)
        connection = modern.at_another_path(self.alias, message, match)
        if connection is not None:
            return modern.handle(connection, message)
        if not match:
            if fail_on_none:
                raise with_note(
                    AssertionError(f"Can't find consumer for message {message}"),
                    no_route(message),
                )
            return None
        consumer, kwargs = match
        if type(consumer) is Application:
            return modern.consume(self.alias, message, consumer, kwargs)
        if channel == "websocket.connect":
            modern.forget(self.alias, message)
        with consuming(message.channel.name, message.content, consumer):
            result = self._run(consumer, message, kwargs)
        # The consumer may have sent messages to modern consumers.
        modern.settle()
        return result

    def _run(self, consumer: Any, message: Message, kwargs: Mapping[str, Any]) -> Any:
        try:
            consumer_started.send(sender=self.__class__)
            return consumer(message, **kwargs)
        except ChannelSocketException as exception:
            exception.run(message)
            return None
        except Exception as error:
            advice = missing_session(message, error)
            raise error if advice is None else with_note(error, advice)
        finally:
            # The test goes on to use the database, so its connections stay open.
            consumer_finished.send_keeping_connections(sender=self.__class__)

    def send_and_consume(
        self,
        channel: str,
        content: Mapping[str, Any] = {},
        fail_on_none: bool = True,
    ) -> Any:
        """`send` to ``channel``, then `consume` from it; returns what the consumer returned."""
        self.send(channel, content)
        return self.consume(channel, fail_on_none=fail_on_none)

    def receive(self) -> Any:
        """Take the next message that was sent to this client; its content, or ``None``.

        The close with which a modern consumer refuses the client equals ``{"accept": False}`` too.
        """
        message = self.get_next_message(self.reply_channel)
        if not message:
            return None
        own = connections().last_of(self.alias, self.reply_channel)
        return as_refusal(message.content, own)

    def join_group(self, group_name: str) -> None:
        """Add this client to a group, so that it receives what is sent there."""
        record("client", self.reply_channel)
        Group(group_name, alias=self.alias).add(self.reply_channel)


def checked_content(content: object) -> Mapping[str, Any]:
    """Return ``content`` if it is a dict.

    Raises:
        AttributeError: It is not a dict. 1.1.8 raised this error too: it called a method of dicts.
    """
    if isinstance(content, Mapping):
        return content
    raise AttributeError(
        f"the content of a message is a dict, not a {type(content).__name__}: {content!r:.80}"
    )
