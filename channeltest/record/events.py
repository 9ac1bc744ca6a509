"""The record of a conversation as a list of events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from ..asgi.connection import Connection
from ..asgi.reply_messages import ReplyMessages
from .entries import Entry

Kind = Literal["consume", "send", "group", "frame", "receive", "nothing", "error"]

TEST = "the test"


@dataclass(frozen=True)
class Event:
    """One thing that was said, in the order in which it happened.

    Attributes:
        kind: ``"consume"``: a consumer ran a message. ``"send"``, ``"group"``: something was
            sent to a channel or a group. ``"frame"``: something was sent to a client.
            ``"receive"``, ``"nothing"``: somebody took a message off a channel, or found none.
            ``"error"``: a consumer raised an exception.
        source: Who did it: a consumer, a client, ``"the test"``, or the channel that a consumed
            message came from.
        target: To whom it was said: a consumer, a client, a channel or a group.
        channel: Name of the channel or the group, as the code has it.
        consumer: Name of the consumer that ran, sent, took or raised; ``None`` for the test.
        content: The message (dict, in Channels 1's shape for a frame), the text of an error, or
            ``None``.
        members: Who was in the group: names of clients and channels.
        modern: Whether the consumer is a modern application.
    """

    kind: Kind
    source: str
    target: str
    channel: str
    consumer: str | None = None
    content: Any = None
    members: tuple[str, ...] = ()
    modern: bool = False


class Reading(NamedTuple):
    """The events of a stretch of the record, and the random names that occur in it.

    Attributes:
        events: The events.
        clients: What the clients are called, by reply channel.
        owners: Whose the channels are that layers made up: clients, or the channels themselves.
    """

    events: list[Event]
    clients: dict[str, str]
    owners: dict[str, str]


def read(entries: Iterable[Entry]) -> Reading:
    """Make events of the entries of a record."""
    entries = _with_runs(entries)
    clients = _clients(entries)
    owners = _owners(entries, clients)
    reader = _Reader(clients, {name: _channel_of(owner) for name, owner in owners.items()})
    for entry in entries:
        getattr(reader, entry[0])(*entry[1:])
    return Reading(reader.events, clients, owners)


def is_client(name: str) -> bool:
    """Whether a name that occurs in an event is a client's."""
    return name == "client" or name.startswith("client ")


def consumer_name(consumer: Any) -> str:
    """Return what a consumer is called in its project's code."""
    if isinstance(consumer, Connection):
        if consumer.consumer is None:
            return _application_name(consumer)
        consumer = type(consumer.consumer)
    return getattr(consumer, "__name__", None) or type(consumer).__name__


def _application_name(connection: Connection) -> str:
    application = connection.application
    named = getattr(application, "consumer_class", application)
    if hasattr(named, "__name__"):
        return str(named.__name__)
    where = connection.scope.get("path") or connection.scope.get("channel")
    return f"{type(named).__name__} on {where}"


def _with_runs(entries: Iterable[Entry]) -> list[Entry]:
    """Put around what a consumer of Channels 1 did what is written around an application's.

    Also give its message the content that it had before.
    """
    ordered: list[Entry] = []
    before: dict[int, Any] = {}
    for entry in entries:
        kind, channel, content, who, _ = entry
        began = _taken(ordered, channel) if kind == "ran" else None
        if kind != "ran":
            ordered.append(entry)
        elif began is not None:
            before[id(ordered[began][2])] = content
            ordered.insert(began + 1, ("consume", channel, None, who, ()))
            ordered.append(("done", "", None, None, ()))
    return [
        (kind, name, before.get(id(content), content), who, more)
        for kind, name, content, who, more in ordered
    ]


def _taken(entries: Sequence[Entry], channel: str) -> int | None:
    """Where the test took the last message off ``channel`` that no consumer is known for yet."""
    for index in range(len(entries) - 1, -1, -1):
        kind, name, _, who, _ = entries[index]
        if kind == "receive" and name == channel and who is None:
            following = entries[index + 1 : index + 2]
            if not following or following[0][0] != "consume":
                return index
    return None


def _channel_of(owner: str) -> str:
    return f"channel of {owner}" if is_client(owner) else owner


def _clients(entries: Sequence[Entry]) -> dict[str, str]:
    clients: dict[str, None] = {}
    depth = 0
    for kind, name, content, who, _ in entries:
        depth += (kind == "consume") - (kind == "done")
        if kind == "client":
            clients.setdefault(name)
        elif kind == "send" and who is None and depth <= 0:
            reply = content.get("reply_channel")
            if isinstance(reply, str):
                clients.setdefault(reply)
    if len(clients) == 1:
        return dict.fromkeys(clients, "client")
    return {name: f"client {number}" for number, name in enumerate(clients, 1)}


def _owners(entries: Sequence[Entry], clients: dict[str, str]) -> dict[str, str]:
    made = {name: who for kind, name, _, who, _ in entries if kind == "new"}
    owners = {}
    for number, (name, who) in enumerate(made.items(), 1):
        client = who.reply_to[1] if who is not None and who.reply_to else ""
        owners[name] = clients.get(client, f"new channel {number}")
    return owners


class _Reader:
    """Reads entries one by one: there is a method for each kind."""

    def __init__(self, clients: dict[str, str], channels: dict[str, str]) -> None:
        self._clients = clients
        self._names = {**channels, **clients}
        self.events: list[Event] = []
        self._running: list[Any] = []
        # Sends that nobody has taken yet, by channel.
        self._unread: dict[str, list[Event]] = {}
        self._replies: dict[Any, ReplyMessages] = {}

    def send(self, channel: str, content: Any, who: Any, more: Any) -> None:
        who = who or self._who()
        if channel in self._clients:
            self._frame(channel, content, who)
            return
        source = self._called(who)
        if who is None:
            source = self._clients.get(str(content.get("reply_channel")), TEST)
        event = self._add("send", source, self._source(channel), channel, who, content)
        self._unread.setdefault(channel, []).append(event)

    def group(self, group: str, content: Any, who: Any, more: Any) -> None:
        who = who or self._who()
        members = tuple(self._names.get(each, each) for each in more)
        self._add("group", self._called(who), f"group {group}", group, who, content, members)

    def receive(self, channel: str, content: Any, who: Any, more: Any) -> None:
        who = who or self._who()
        reader = self._clients.get(channel, TEST) if who is None else self._called(who)
        self._add("receive", self._source(channel), reader, channel, who, content)

    def nothing(self, channel: str, content: Any, who: Any, more: Any) -> None:
        who = who or self._who()
        reader = self._clients.get(channel, TEST) if who is None else self._called(who)
        self._add("nothing", self._source(channel), reader, channel, who)

    def consume(self, channel: str, content: Any, who: Any, more: Any) -> None:
        source = self._source(channel)
        if self.events and self.events[-1].kind == "receive" and self.events[-1].channel == channel:
            content = self.events.pop().content
            sent = self._unread.get(channel)
            sender = sent.pop(0) if sent else None
            if sender is not None and self._follows(sender):
                source = sender.source
                # By identity: another client may have said the same.
                self.events = [event for event in self.events if event is not sender]
        self._add("consume", source, self._called(who), channel, who, content)
        self._running.append(who)

    def done(self, *_: Any) -> None:
        if self._running:
            self._running.pop()

    def frame(self, name: str, content: Any, who: Any, more: Any) -> None:
        channel = who.reply_to[1] if who.reply_to else ""
        for message in self._replies.setdefault(who, ReplyMessages())(content):
            self._frame(channel, message, who)

    def given(self, name: str, content: Any, who: Any, more: Any) -> None:
        rest = content
        if isinstance(content, dict):
            rest = {key: value for key, value in content.items() if key != "type"}
        client = self._clients.get(who.reply_to[1], "its client")
        self._add("consume", client, self._called(who), name, who, rest)

    def said(self, name: str, content: Any, who: Any, more: Any) -> None:
        self._frame(who.reply_to[1], content, who)

    def error(self, name: str, content: Any, who: Any, more: Any) -> None:
        self._add("error", self._called(who), "", name, who, content)

    def client(self, *_: Any) -> None:
        """Nothing was said: `_clients` and `_owners` have seen it."""

    new = mark = client

    def _frame(self, channel: str, content: Any, who: Any) -> None:
        target = self._clients.get(channel, "its client")
        self._add("frame", self._called(who), target, channel, who, content)

    def _follows(self, sender: Event) -> bool:
        """Whether, since ``sender``, only modern applications did anything."""
        after = self.events[self._index(sender) + 1 :]
        return sender.consumer is None and all(event.modern for event in after)

    def _index(self, event: Event) -> int:
        return next(index for index, each in enumerate(self.events) if each is event)

    def _who(self) -> Any:
        return self._running[-1] if self._running else None

    def _called(self, who: Any) -> str:
        return TEST if who is None else consumer_name(who)

    def _source(self, channel: str) -> str:
        return self._names.get(channel, f"channel {channel}")

    def _add(
        self,
        kind: Kind,
        source: str,
        target: str,
        channel: str,
        who: Any,
        content: Any = None,
        members: tuple[str, ...] = (),
    ) -> Event:
        consumer = None if who is None else consumer_name(who)
        modern = isinstance(who, Connection)
        event = Event(kind, source, target, channel, consumer, content, members, modern)
        self.events.append(event)
        return event
