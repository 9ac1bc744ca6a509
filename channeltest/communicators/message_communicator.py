"""`MessageCommunicator`: the part of a communicator for messages, which are objects in JSON."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from ..asgi.scope import Event
from ..config import DEFAULT, Timeout, seconds
from ..rest.detector import Outcome
from .messages import (
    COMPLETE,
    COMPLETIONS,
    GROUP_COMPLETE,
    action_of,
    as_json,
    camelized,
    content_of,
    decamelized,
    is_completion,
    subscription,
    without_envelope,
)
from .reasons import timed_out

if TYPE_CHECKING:
    from .frames import FrameCommunicator as _Base
else:
    _Base = object

# pytest leaves frames of modules with this name out of tracebacks.
__tracebackhide__ = True

# Seconds that chanx's communicators wait for messages: before 1.0, and from then on.
_USUAL_MESSAGES = 5.0
_USUAL_MESSAGES_TODAY = 1.0


class MessageCommunicator(_Base):
    """Sends objects as JSON, and receives all messages that the application sends.

    No method waits for a message that may not come: what an application sends is there when it
    has come to rest.

    chanx has two generations of these methods. Those of chanx 1.0 and later are in use if the
    communicator has the consumer class whose messages it receives, as they need it.

    Source: ``chanx.testing`` of chanx before 1.0, ``chanx.core.testing`` of chanx 2.
    """

    # The consumer class of chanx whose messages are received, and whether their keys are in camel
    # case.
    _consumer_class: type[Any] | None
    _is_camelized: bool

    @property
    def _usual_messages(self) -> float:
        return _USUAL_MESSAGES if self._consumer_class is None else _USUAL_MESSAGES_TODAY

    async def send_message(
        self, message: Any, *, topic: str | None = None, ref: str | None = None
    ) -> None:
        """Send an object as JSON, and let the application do what it does with it.

        What it raises is raised when something is received, or when the test is over.

        Args:
            message: A pydantic model, an instance of a dataclass, or a dict.
            topic: The topic of chanx that the message is for, rather than the consumer.
            ref: What the reply to the message repeats (chanx).

        Raises:
            TypeError: The message is none of them.
        """
        await self.send_to(
            text_data=as_json(camelized(content_of(message), self._is_camelized), topic, ref)
        )
        await self._settle(self._patience())

    async def receive_all_json(
        self, timeout: Timeout = DEFAULT, *, wait_group: bool = False
    ) -> list[Any]:
        """Receive all messages that the application sends until it has come to rest.

        chanx's completion messages are left out, and the first of them ends the call: a plain
        ``complete``, or with ``wait_group`` a ``group_complete``; what follows is left for the
        next call. No consumer has to send them. A communicator with a ``consumer`` keeps them, as
        today's chanx does, and receives what there is.

        Args:
            timeout: Seconds that the application has, by default 5, or 1 with a ``consumer``. A
                timer that is due within them is waited for.
            wait_group: Go on to the messages of groups, behind what answers a message directly.

        Returns:
            The messages, decoded; none if there are none. A close stays where it is.

        Raises:
            AssertionError: A message is no text frame.
            TimeoutError: The application is busy for longer.
            Exception: What it raised, if it sent nothing.
        """
        if self._consumer_class is not None:
            return (await self._messages(None, timeout))[0]
        return await self.receive_until_action(GROUP_COMPLETE if wait_group else COMPLETE, timeout)

    async def receive_until_action(
        self, stop_action: str, timeout: Timeout = DEFAULT, *, inclusive: bool = False
    ) -> list[Any]:
        """Receive the messages before one with an action, or until the application is at rest.

        Args:
            stop_action: The action; its message is taken, and what follows is left.
            timeout: As for `receive_all_json`.
            inclusive: Return that message too.

        Returns:
            The messages, decoded, without chanx's completion messages.

        Raises:
            AssertionError: A message is no text frame.
            TimeoutError: The application is busy for longer.
            Exception: What it raised, if it sent nothing.

        Source: chanx before 1.0.
        """
        messages, last = await self._messages(stop_action, timeout)
        kept = [each for each in messages if not is_completion(each)]
        return [*kept, *last] if inclusive else kept

    async def receive_all_messages(
        self, stop_action: str = COMPLETE, timeout: Timeout = DEFAULT
    ) -> list[Any]:
        """Receive the messages up to one with an action, or until the application is at rest.

        Args:
            stop_action: The action of the last message. That message is returned too, unless it
                is a completion message.
            timeout: As for `receive_all_json`.

        Returns:
            The messages without chanx's completion messages: the objects that the ``consumer``
            makes of them, or what was decoded if the communicator has no ``consumer``.

        Raises:
            AssertionError: A message is no text frame.
            TimeoutError: The application is busy for longer.
            ValueError: The ``consumer`` does not know a message.
            Exception: What the application raised, if it sent nothing.

        Source: chanx 2.
        """
        messages, last = await self._messages(stop_action, timeout)
        found = map(self._received, [*messages, *last])
        kept = [each for each in found if action_of(each) not in COMPLETIONS]
        if self._consumer_class is None:
            return kept
        adapter = self._consumer_class.outgoing_message_adapter
        return [adapter.validate_python(each) for each in kept]

    async def subscribe(self, topic: str, ref: str = "1") -> Any:
        """Subscribe to a topic of chanx, and return the reply, decoded.

        Args:
            topic: The topic.
            ref: What the reply repeats.

        Source: chanx 2.
        """
        await self.send_json_to(subscription("subscribe", topic, ref))
        return await self.receive_json_from()

    async def unsubscribe(self, topic: str, ref: str = "1") -> Any:
        """End the subscription to a topic of chanx, and return the reply, decoded.

        Args:
            topic: The topic.
            ref: What the reply repeats.

        Source: chanx 2.
        """
        await self.send_json_to(subscription("unsubscribe", topic, ref))
        return await self.receive_json_from()

    async def receive_topic_message(self, topic_class: Any, timeout: Timeout = DEFAULT) -> Any:
        """Receive one message of a topic of chanx.

        Args:
            topic_class: The topic's class, which makes an object of the message.
            timeout: Seconds that it may take; ``None`` for as long as it takes.

        Raises:
            ValueError: It is no message of the topic.

        Source: chanx 2.
        """
        message = self._received(await self.receive_json_from(timeout))
        return topic_class.outgoing_message_adapter.validate_python(without_envelope(message))

    def _received(self, message: Any) -> Any:
        """A message with its keys as Python has them."""
        return decamelized(message, self._is_camelized)

    async def _messages(
        self, stop_action: str | None, timeout: Timeout
    ) -> tuple[list[Any], list[Any]]:
        """Receive messages until one with an action comes, or none.

        Returns:
            The messages before it, and a list of it or of nothing.
        """
        within = seconds(timeout, self.timeout, self._usual_messages)
        clock = asyncio.get_running_loop().time
        ends = clock() + (self._usual_messages if within is None else within)
        messages: list[Any] = []
        while (event := await self._coming(ends - clock(), within)) is not None:
            if event["type"] != "websocket.send":
                return messages, []
            message = self._take_json()
            if stop_action is not None and action_of(message) == stop_action:
                return messages, [message]
            messages.append(message)
        if not messages:
            self._raise_failure()
        return messages, []

    def _patience(self) -> float | None:
        """Seconds that the application may be busy with what it was sent."""
        return seconds(DEFAULT, self.timeout, self._usual_messages)

    async def _coming(self, ahead: float, bound: Timeout = DEFAULT) -> Event | None:
        """Return the event that is received next, or ``None`` if none comes.

        Args:
            ahead: Seconds within which timers are waited for; none if it is negative.
            bound: Seconds that the application may be busy.

        Raises:
            TimeoutError: It is busy for longer.
        """
        within = seconds(bound, self.timeout, self._usual_messages)
        outcome = await self._wait_for_output(within, ahead)
        event = self._connection.peek()
        if event is None and outcome is Outcome.LATE:
            raise timed_out(self._connection, self.future, "come to rest", outcome, within)
        return event
