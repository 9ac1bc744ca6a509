"""Events: the public form of a record."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

Kind = Literal[
    "consume", "send", "group", "frame", "receive", "nothing", "join", "leave", "error", "signal"
]

# The source of what no consumer and no client does.
TEST = "the test"


class Event(NamedTuple):
    """One thing that happened in a test.

    Random names (reply channels, session keys) have fixed ones instead: ``"<client 1>"``.

    Attributes:
        kind: ``"consume"``: a consumer ran a message. ``"send"``, ``"group"``: something was
            sent to a channel or a group. ``"frame"``: something was sent to a client.
            ``"receive"``, ``"nothing"``: somebody took a message off a channel, or found none.
            ``"join"``, ``"leave"``: a channel was added to a group or discarded.
            ``"error"``: a consumer raised an exception. ``"signal"``: a signal was sent.
        source: Who did it: a consumer, a client, ``"the test"``, or the channel that a consumed
            message came from.
        target: What it went to: a consumer, a client, a channel, a group or a signal.
        channel: Name of the channel or the group, as the code has it.
        consumer: Name of the consumer that ran, sent, took or raised; ``None`` for the test.
        content: The message as its receiver got it (dict, in Channels 1's shape for a frame), the
            text of an error, or ``None``.
        members: Clients and channels: those in the group that was sent to, or the one that
            joined or left.
        modern: Whether the consumer is a modern application.
        step: The number of the test's step that it followed from, or that it is: each message
            that a consumer runs, and each send of the test's own, is a step. 0 before the first.
    """

    kind: Kind
    source: str
    target: str
    channel: str
    consumer: str | None = None
    content: Any = None
    members: tuple[str, ...] = ()
    modern: bool = False
    step: int = 0


def is_client(name: str) -> bool:
    """Whether a name that occurs in an event is a client's."""
    return name == "client" or name.startswith("client ")


def is_step(event: Event) -> bool:
    """Whether an event is a step of the test, and not what follows from one."""
    return event.kind == "consume" or (event.kind in ("send", "group") and event.consumer is None)
