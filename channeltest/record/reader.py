"""Reads the entries of a record into events, in one pass."""

from __future__ import annotations

import contextlib
import functools
import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..asgi.connection import Connection, consumer_name
from .clients import clients_of
from .content import Frozen, thaw
from .entries import Entry
from .events import TEST, Event, Kind
from .frames import FrameReader


def read(entries: Iterable[Entry]) -> list[Event]:
    """Return the events of a stretch of the record, in order.

    A message that a client sends and has run at once is one event: its consumer ran it.

    Args:
        entries: The entries.
    """
    entries = list(entries)
    with collection_paused():
        reader = _Reader(entries)
        methods = reader.methods
        index, end = 0, len(entries)
        while index < end:
            kind, name, frozen, source, members = entries[index]
            if kind == "send" and source is None and reader.run(entries[index : index + 3]):
                index += 3
            else:
                methods[kind](name, frozen, source, members)
                index += 1
        return reader.events()


@contextlib.contextmanager
def collection_paused() -> Iterator[None]:
    """Pause the garbage collector while a block makes many objects and drops none.

    The collector would traverse all of them again and again, and take longer than the block.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


# Makes an event of its values; half as expensive as a call of the class.
_event: Callable[[tuple[Any, ...]], Event] = functools.partial(tuple.__new__, Event)

# The name of what did something, and whether it is a modern application.
_Source = tuple[str, bool]

# A message that the test has sent and nobody has taken yet: the index of its event, and how many
# events there were when it was sent that no modern application caused.
_Unread = tuple[int, int]
_NOT_TAKEN: tuple[int, str, _Unread | None] = (-1, "", None)


def _reply_of(source: object) -> str | None:
    """The reply channel of a connection's client, or ``""``; ``None`` for another source."""
    if not isinstance(source, Connection):
        return None
    return source.reply_to[1] if source.reply_to else ""


def _request(scope: dict[str, Any]) -> dict[str, Any]:
    """What a client of Channels 1 says of its request, which a communicator has in its scope."""
    query_string = scope.get("query_string", b"")
    query = {"query_string": query_string.decode("latin1")} if query_string else {}
    return {"path": scope.get("path", "/"), **query}


class _Reader:
    """Reads entries one by one: there is a method for each kind."""

    def __init__(self, entries: list[Entry]) -> None:
        self._found: list[Event | None] = []
        self.methods: dict[str, Callable[..., None]] = {
            "send": self._send,
            "group": functools.partial(self._add_group, "group"),
            "receive": self._receive,
            "nothing": self._nothing,
            "join": functools.partial(self._add_group, "join"),
            "leave": functools.partial(self._add_group, "leave"),
            "consume": self._consume,
            "input": self._input,
            "frame": self._reply,
            "output": self._output,
            "error": self._error,
            "signal": self._signal,
            # `clients_of` reads these.
            **dict.fromkeys(("client", "made", "new", "mark", "begin", "end"), lambda *entry: None),
        }
        clients = clients_of(entries, _reply_of)
        self._clients, self._channels = clients.names, clients.channels
        self._text = clients.random.text
        self._fix = clients.random.fix
        # Clients by their reply channels as contents have them.
        self._senders = {self._text(name): client for name, client in self._clients.items()}
        # Sources by id(), and what channels are called.
        self._sources: dict[int, _Source] = {}
        self._places: dict[str, str] = {}
        self._step = self._others = 0
        # The step that each connection had its last event in.
        self._steps: dict[int, int] = {}
        # Messages that nobody has taken yet, and the one that was taken last: how many events there
        # were then, its channel and itself.
        self._unread: dict[str, deque[_Unread | None]] = {}
        self._taken = _NOT_TAKEN
        self._frames: dict[int, FrameReader] = {}

    # What happens on layers

    def _send(self, channel: str, frozen: Any, source: Any, members: Any) -> None:
        content = self._content(frozen)
        client = self._clients.get(channel)
        if client is not None:
            self._add("frame", self._name(source), client, channel, source, content)
            return
        unread = None
        if source is None:
            self._step += 1
            sender = self._sender(content)
            unread = len(self._found), self._others + 1
        else:
            sender = self._name(source)
        waiting = self._unread.get(channel)
        if waiting is None:
            waiting = self._unread[channel] = deque()
        waiting.append(unread)
        self._add("send", sender, self._place(channel), channel, source, content)

    def run(self, entries: list[Entry]) -> bool:
        """Read three entries as one if they are of a message that is run as soon as it is sent.

        Most are; it saves the time that `_send`, `_receive` and `_consume` need for the same.

        Args:
            entries: The test's send to a channel, and the two entries that follow, if there are.

        Returns:
            Whether they are.
        """
        if len(entries) < 3:
            return False
        (_, channel, sent, _, _), taken, (kind, name, frozen, source, _) = entries
        if kind != "consume" or name != channel or taken[:2] != ("receive", channel):
            return False
        if self._unread.get(channel) or channel in self._clients:
            return False
        self._step += 1
        content = self._content(frozen)
        first = content if sent == frozen else self._content(sent)
        sender = self._sender(first)
        self._add_consumed(sender, channel, content, source)
        return True

    def _receive(self, channel: str, frozen: Any, source: Any, members: Any) -> None:
        reader = self._clients.get(channel, TEST) if source is None else self._name(source)
        if isinstance(source, Connection):
            self._steps[id(source)] = self._step
        unread = self._unread.get(channel)
        content = self._content(frozen)
        self._add("receive", self._place(channel), reader, channel, source, content)
        self._taken = len(self._found), channel, unread.popleft() if unread else None

    def _nothing(self, channel: str, frozen: Any, source: Any, members: Any) -> None:
        reader = self._clients.get(channel, TEST) if source is None else self._name(source)
        self._add("nothing", self._place(channel), reader, channel, source)

    def _add_group(self, kind: Kind, group: str, frozen: Any, source: Any, members: Any) -> None:
        if source is None and kind == "group":
            self._step += 1
        shown = tuple([self._channels.get(each) or self._text(each) for each in members])
        place = f"group {self._text(group)}"
        self._add(kind, self._name(source), place, group, source, self._content(frozen), shown)

    # What happens between clients and consumers

    def _consume(self, channel: str, frozen: Any, source: Any, members: Any) -> None:
        place = self._place(channel)
        self._step += 1
        number, taken_from, sent = self._taken
        if number == len(self._found) and taken_from == channel:
            self._taken = _NOT_TAKEN
            taken = self._found.pop()
            assert taken is not None
            self._others -= not taken.modern
            # Since the send there were only events that modern applications caused.
            if sent is not None and sent[1] == self._others:
                sender = self._found[sent[0]]
                assert sender is not None
                place = sender.source
                self._found[sent[0]] = None
                self._step -= 1
                self._others -= 1
        self._add_consumed(place, channel, self._content(frozen), source)

    def _add_consumed(self, place: str, channel: str, content: Any, source: Any) -> None:
        if isinstance(source, Connection):
            self._steps[id(source)] = self._step
        self._add("consume", place, self._name(source), channel, source, content)

    def _input(self, kind: str, frozen: Any, source: Connection, members: Any) -> None:
        content = self._content(frozen)
        if type(content) is dict:
            content = {key: value for key, value in content.items() if key != "type"}
        if kind == "websocket.connect":
            content = {**self._fix(_request(source.scope)), **content}
        self._step += 1
        self._steps[id(source)] = self._step
        self._add("consume", self._client_of(source), self._name(source), kind, source, content)

    def _reply(self, name: str, frozen: Any, source: Connection, members: Any) -> None:
        frames = self._frames.get(id(source))
        if frames is None:
            frames = self._frames[id(source)] = FrameReader()
        for message in frames(self._content(frozen)):
            self._add_frame(source, message)

    def _output(self, name: str, frozen: Any, source: Connection, members: Any) -> None:
        self._add_frame(source, self._content(frozen))

    def _add_frame(self, source: Connection, content: Any) -> None:
        channel = _reply_of(source) or ""
        self._add("frame", self._name(source), self._client_of(source), channel, source, content)

    def _error(self, name: str, frozen: Any, source: Any, members: Any) -> None:
        self._add("error", self._name(source), "", name, source, self._content(frozen))

    def _signal(self, name: str, frozen: Any, source: Any, members: Any) -> None:
        target = f"signal {name}"
        self._add("signal", self._name(source), target, name, source, self._content(frozen))

    def _content(self, frozen: Frozen | None) -> Any:
        """The content of one event, with fixed names; no other event has the same object."""
        return None if frozen is None else self._fix(thaw(frozen))

    # Names

    def _sender(self, content: Any) -> str:
        reply = content.get("reply_channel") if type(content) is dict else None
        return self._senders.get(reply, TEST) if type(reply) is str else TEST

    def _name(self, source: Any) -> str:
        return TEST if source is None else self._source(source)[0]

    def _source(self, source: Any) -> _Source:
        found = self._sources.get(id(source))
        if found is None:
            found = self._text(consumer_name(source)), isinstance(source, Connection)
            self._sources[id(source)] = found
        return found

    def _client_of(self, connection: Connection) -> str:
        return self._clients.get(_reply_of(connection) or "", "its client")

    def _place(self, channel: str) -> str:
        place = self._places.get(channel)
        if place is None:
            place = self._channels.get(channel) or f"channel {self._text(channel)}"
            self._places[channel] = place
        return place

    def _add(
        self,
        kind: Kind,
        source: str,
        target: str,
        channel: str,
        by: Any,
        content: Any = None,
        members: tuple[str, ...] = (),
    ) -> None:
        """Add an event; ``by`` is the source as the entry has it."""
        step = self._step
        consumer, modern = (None, False) if by is None else self._source(by)
        if modern:
            step = self._steps.get(id(by), step)
        else:
            self._others += 1
        name = self._text(channel)
        values = (kind, source, target, name, consumer, content, members, modern, step)
        self._found.append(_event(values))

    def events(self) -> list[Event]:
        """Return the events."""
        return [event for event in self._found if event is not None]
