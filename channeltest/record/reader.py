"""Reads the entries of a record into events, in one pass."""

from __future__ import annotations

import contextlib
import functools
import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from django.conf import settings

from ..asgi.connection import Connection, consumer_name
from ..asgi.sent_events import ReplyMessages
from ..config import has_settings
from .content import thaw
from .entries import Entry
from .events import TEST, Event, Kind, is_client
from .names import Names

# Characters of a random reply channel.
_SHORTEST = 8


def read(entries: Iterable[Entry]) -> list[Event]:
    """Return the events of a stretch of the record, in order.

    A message that a client sends and has run at once is one event: its consumer ran it.

    Args:
        entries: The entries.
    """
    entries = list(entries)
    with collection_paused():
        contents = _contents(entries)
        reader = _Reader(entries, contents)
        for (kind, name, _, source, members), content in zip(entries, contents, strict=True):
            reader.methods[kind](name, content, source, members)
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


def _contents(entries: Iterable[Entry]) -> list[Any]:
    """The contents of the entries; what was frozen alike is one object."""
    known = _Thawed()
    return [
        None if frozen is None else known[frozen] if type(frozen) is bytes else thaw(frozen)
        for _, _, frozen, _, _ in entries
    ]


class _Thawed(dict[bytes, Any]):
    """What was frozen, by its frozen form; each is made when it is first looked up."""

    def __missing__(self, frozen: bytes) -> Any:
        content = self[frozen] = thaw(frozen)
        return content


class _Unread(NamedTuple):
    """A message that the test has sent, and nobody has taken yet.

    Attributes:
        place: The index of its event.
        others: How many events there were when it was sent that no modern application caused.
    """

    place: int
    others: int


# An event whose channel, content and members have no fixed names yet, and whose fifth item is its
# source as the entry has it.
_Found = tuple[Kind, str, str, str, Any, Any, tuple[str, ...], bool, int]


class _Reader:
    """Reads entries one by one: there is a method for each kind."""

    def __init__(self, entries: list[Entry], contents: list[Any]) -> None:
        self._found: list[_Found | None] = []
        self.methods: dict[str, Callable[..., None]] = {
            "send": self._send,
            "group": self._group,
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
            # `_clients` and `_owners` read these.
            **dict.fromkeys(("client", "made", "new", "mark"), lambda *entry: None),
        }
        keys = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME) if has_settings() else ()
        names = Names(*keys)
        self._clients = _clients(entries, contents)
        self._channels = dict(self._clients)
        for name, owner in _owners(entries, self._clients).items():
            names.add(name, owner)
            self._channels.setdefault(name, f"channel of {owner}" if is_client(owner) else owner)
        for name, client in self._clients.items():
            # A shorter one is not random, and may be any word of a text.
            if len(name) >= _SHORTEST:
                names.add(name, client)
        for content in contents:
            if type(content) is dict and "headers" in content:
                names.add_cookies(content)
        self._fix = names.fix
        # Contents by id(), each with its copy that has the fixed names.
        self._contents: dict[int, tuple[Any, Any]] = {}
        self._called: dict[int, str] = {}
        self._places: dict[str, str] = {}
        self._step = self._others = 0
        # The step that each connection had its last event in.
        self._steps: dict[int, int] = {}
        # Messages that nobody has taken yet, and the one that was taken last.
        self._unread: dict[str, deque[_Unread | None]] = {}
        self._taken: _Unread | None = None
        self._frames: dict[int, FrameReader] = {}

    # What happens on layers

    def _send(self, channel: str, content: Any, source: Any, members: Any) -> None:
        if channel in self._clients:
            self._add("frame", self._name(source), self._clients[channel], channel, source, content)
            return
        if source is None:
            self._step += 1
            sender = self._clients.get(content.get("reply_channel"), TEST)
            self._put(channel, _Unread(len(self._found), self._others + 1))
        else:
            sender = self._name(source)
            self._put(channel, None)
        self._add("send", sender, self._place(channel), channel, source, content)

    def _put(self, channel: str, message: _Unread | None) -> None:
        self._unread.setdefault(channel, deque()).append(message)

    def _group(self, group: str, content: Any, source: Any, members: tuple[str, ...]) -> None:
        if source is None:
            self._step += 1
        self._add_group("group", group, content, source, members)

    def _receive(self, channel: str, content: Any, source: Any, members: Any) -> None:
        reader = self._clients.get(channel, TEST) if source is None else self._name(source)
        if isinstance(source, Connection):
            self._steps[id(source)] = self._step
        unread = self._unread.get(channel)
        self._taken = unread.popleft() if unread else None
        self._add("receive", self._place(channel), reader, channel, source, content)

    def _nothing(self, channel: str, content: Any, source: Any, members: Any) -> None:
        reader = self._clients.get(channel, TEST) if source is None else self._name(source)
        self._add("nothing", self._place(channel), reader, channel, source)

    def _add_group(
        self, kind: Kind, group: str, content: Any, source: Any, members: tuple[str, ...]
    ) -> None:
        place = f"group {self._fix(group)}"
        self._add(kind, self._name(source), place, group, source, content, members)

    # What happens between clients and consumers

    def _consume(self, channel: str, content: Any, source: Any, members: Any) -> None:
        place = self._place(channel)
        self._step += 1
        last = self._found[-1] if self._found else None
        if last is not None and last[0] == "receive" and last[3] == channel:
            self._found.pop()
            self._others -= not isinstance(last[4], Connection)
            sent = self._taken
            # Since the send there were only events that modern applications caused.
            if sent is not None and sent.others == self._others:
                sender = self._found[sent.place]
                assert sender is not None
                place = sender[1]
                self._found[sent.place] = None
                self._step -= 1
                self._others -= 1
        if isinstance(source, Connection):
            self._steps[id(source)] = self._step
        self._add("consume", place, self._name(source), channel, source, content)

    def _input(self, kind: str, content: Any, source: Connection, members: Any) -> None:
        if type(content) is dict:
            content = {key: value for key, value in content.items() if key != "type"}
        self._step += 1
        self._steps[id(source)] = self._step
        self._add("consume", self._client_of(source), self._name(source), kind, source, content)

    def _reply(self, name: str, content: Any, source: Connection, members: Any) -> None:
        reader = self._frames.setdefault(id(source), FrameReader())
        for message in reader(content):
            self._output(name, message, source, members)

    def _output(self, name: str, content: Any, source: Connection, members: Any) -> None:
        channel = source.reply_to[1] if source.reply_to else ""
        self._add("frame", self._name(source), self._client_of(source), channel, source, content)

    def _error(self, name: str, content: Any, source: Any, members: Any) -> None:
        self._add("error", self._name(source), "", name, source, content)

    def _signal(self, name: str, content: Any, source: Any, members: Any) -> None:
        self._add("signal", self._name(source), f"signal {name}", name, source, content)

    # Names

    def _name(self, source: Any) -> str:
        if source is None:
            return TEST
        name = self._called.get(id(source))
        if name is None:
            name = self._called[id(source)] = self._fix(consumer_name(source))
        return name

    def _client_of(self, connection: Connection) -> str:
        reply = connection.reply_to[1] if connection.reply_to else ""
        return self._clients.get(reply, "its client")

    def _place(self, channel: str) -> str:
        place = self._places.get(channel)
        if place is None:
            place = self._channels.get(channel) or f"channel {self._fix(channel)}"
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
        modern = isinstance(by, Connection)
        step = self._steps.get(id(by), self._step) if modern else self._step
        self._others += not modern
        self._found.append((kind, source, target, channel, by, content, members, modern, step))

    def events(self) -> list[Event]:
        """Return the events, with fixed names in all that they hold."""
        fix, fixed, name = self._fix, self._fixed, self._name
        return [
            Event(
                kind,
                source,
                target,
                fix(channel),
                None if by is None else name(by),
                None if content is None else fixed(content),
                self._members(members) if members else (),
                modern,
                step,
            )
            for kind, source, target, channel, by, content, members, modern, step in filter(
                None, self._found
            )
        ]

    def _members(self, members: tuple[str, ...]) -> tuple[str, ...]:
        return tuple([self._channels.get(each) or self._fix(each) for each in members])

    def _fixed(self, content: Any) -> Any:
        known = self._contents.get(id(content))
        if known is None:
            known = self._contents[id(content)] = content, self._fix(content)
        return known[1]


def _clients(entries: list[Entry], contents: list[Any]) -> dict[str, str]:
    """The names of the clients, by reply channel, in the order in which they occur."""
    clients: dict[str, None] = {}
    made: set[str] = set()
    for (kind, name, _, source, members), content in zip(entries, contents, strict=True):
        if kind == "send":
            if name in made:
                clients.setdefault(name)
            elif source is None and type(content) is dict:
                reply = content.get("reply_channel")
                if type(reply) is str:
                    clients.setdefault(reply)
        elif kind == "made":
            made.add(name)
        elif kind == "client":
            clients.setdefault(name)
        elif isinstance(source, Connection) and source.reply_to:
            # It may have been made before the first of these entries.
            clients.setdefault(source.reply_to[1])
        elif kind == "join" and not made.isdisjoint(members):
            clients.update(dict.fromkeys(name for name in members if name in made))
    if len(clients) == 1:
        return dict.fromkeys(clients, "client")
    return {name: f"client {number}" for number, name in enumerate(clients, 1)}


def _owners(entries: Iterable[Entry], clients: dict[str, str]) -> dict[str, str]:
    """The owners of the channels that layers have made: clients, or the channels themselves."""
    made = {name: source for kind, name, _, source, _ in entries if kind == "new"}
    owners = {}
    for number, (name, source) in enumerate(made.items(), 1):
        connection = source if isinstance(source, Connection) else None
        reply = connection.reply_to[1] if connection and connection.reply_to else ""
        owners[name] = clients.get(reply, f"new channel {number}")
    return owners


class FrameReader:
    """Reads the ASGI events of one application.

    Messages of Channels 1 have no subprotocol, no headers and no reason; a record has them.
    """

    def __init__(self) -> None:
        self._messages_of = ReplyMessages()

    def __call__(self, event: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the messages for one event, none or one.

        Args:
            event: An ASGI event of a websocket or an HTTP response.
        """
        messages = self._messages_of(event)
        more: tuple[str, ...] = ()
        if event["type"] == "websocket.accept":
            more = ("subprotocol", "headers")
        elif event["type"] == "websocket.close":
            more = ("reason",)
        extra = {key: event[key] for key in more if event.get(key)}
        return [{**message, **extra} for message in messages] if extra else messages
