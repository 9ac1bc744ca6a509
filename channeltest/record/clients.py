"""The clients in a stretch of the record, and the fixed names of what is random in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from django.conf import settings

from ..config import has_settings
from .content import Frozen, thaw
from .entries import Entry
from .events import is_client
from .names import Names

# Characters of a random reply channel.
_SHORTEST = 8


class Clients(NamedTuple):
    """Whose the channels of a stretch are.

    Attributes:
        names: The names of the clients, ``"client 1"``, by reply channel, in the order in which
            they occur.
        channels: The same, and the names of the channels that layers have made.
        random: The fixed names of what is random.
    """

    names: dict[str, str]
    channels: dict[str, str]
    random: Names


# Returns the reply channel of the client of a source, "" if it has none; ``None`` if the source is
# no connection.
ReplyOf = Callable[[object], str | None]


def clients_of(entries: Iterable[Entry], reply_of: ReplyOf) -> Clients:
    """Return whose the channels are that occur in a stretch of the record.

    Args:
        entries: The entries of the stretch.
        reply_of: Returns the reply channel of the client of a source.
    """
    found: dict[str, None] = {}
    made: set[str] = set()
    # Channels that layers have made, and which application was running.
    new: dict[str, Any] = {}
    # A message that is sent and taken has two entries with the same content.
    with_headers: dict[Frozen, None] = {}
    last = None
    for kind, name, frozen, source, members in entries:
        if frozen is not None and (type(frozen) is not bytes or b"headers" in frozen):
            with_headers[frozen] = None
        if kind == "send":
            if name in made:
                found.setdefault(name)
            elif source is None and (type(frozen) is not bytes or b"reply_channel" in frozen):
                content = thaw(frozen)
                reply = content.get("reply_channel") if type(content) is dict else None
                if type(reply) is str:
                    found.setdefault(reply)
        elif kind == "made":
            made.add(name)
        elif kind == "client":
            found.setdefault(name)
        else:
            if kind == "new":
                new[name] = source
            if source is not None and source is last:
                continue
            reply = None if source is None else reply_of(source)
            if reply:
                # It may have been made before the first of these entries.
                found.setdefault(reply)
                last = source
            elif kind == "join" and not made.isdisjoint(members):
                found.update(dict.fromkeys(member for member in members if member in made))
    names = _numbered(found)
    random = _names()
    channels = dict(names)
    for name, owner in _owners(new, names, reply_of).items():
        random.add(name, owner)
        channels.setdefault(name, f"channel of {owner}" if is_client(owner) else owner)
    for name, client in names.items():
        # A shorter one is not random, and may be any word of a text.
        if len(name) >= _SHORTEST:
            random.add(name, client)
    for frozen in with_headers:
        random.add_headers(thaw(frozen))
    return Clients(names, channels, random)


def _numbered(found: Iterable[str]) -> dict[str, str]:
    names = {name: f"client {number}" for number, name in enumerate(found, 1)}
    return names if len(names) > 1 else dict.fromkeys(names, "client")


def _owners(
    new: Mapping[str, Any], clients: Mapping[str, str], reply_of: ReplyOf
) -> dict[str, str]:
    """The owners of the channels that layers have made: clients, or the channels themselves.

    The first channel that a connection has is its consumer's own, and is where its client is.
    """
    owners: dict[str, str] = {}
    connections: set[int] = set()
    own = others = 0
    for name, source in new.items():
        reply = reply_of(source)
        if reply is not None and id(source) not in connections:
            connections.add(id(source))
            own += 1
            owners[name] = clients.get(reply, f"own channel {own}")
        else:
            others += 1
            owners[name] = f"new channel {others}"
    return owners


def _names() -> Names:
    if not has_settings():
        return Names()
    return Names(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
