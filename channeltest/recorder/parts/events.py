"""Events, as `channeltest.record.events` has them."""

from __future__ import unicode_literals

import collections
import itertools

from .names import Names

TEST = "the test"


class Event(collections.OrderedDict):
    """An event; its keys are in the order of the schema."""

    begins = False


def events_of(entries):
    """Return the events of a test as dicts, in an order that no run decides."""
    names = Names(entries)
    events, step = [], 0
    for entry in with_runs_as_one(entries, names.clients):
        step += entry.begins
        events.append(event_of(entry, step, names))
    return in_order(events, names)


class Entry(object):
    """An entry that becomes an event.

    Attributes:
        start: Who did it; ``None`` stands for the channel.
        begins: Whether it is a step of the test.
    """

    def __init__(self, values, clients):
        self.kind, self.name, self.content, self.source, self.members = values
        self.start, self.begins = TEST if self.source is None else self.source, False
        if self.kind in ("receive", "nothing"):
            self.start = None
        elif self.kind == "consume":
            self.start, self.begins = None, True
        elif self.kind == "send" and self.name in clients:
            self.kind = "frame"
        elif self.kind in ("send", "group") and self.source is None:
            self.begins = True
            if self.kind == "send":
                self.start = clients.get(self.content.get("reply_channel"), TEST)


def with_runs_as_one(entries, clients):
    """Return what becomes events; a message that a client sends and has run at once is one."""
    found = []
    # Messages that the test has sent and nobody has taken yet, by channel.
    unread, taken = {}, None
    for values in entries:
        if values[0] in ("made", "client", "new"):
            continue
        entry = Entry(values, clients)
        if entry.kind == "consume":
            if found and found[-1].kind == "receive" and found[-1].name == entry.name:
                found.pop()
                if taken is not None and found and found[-1] is taken:
                    entry.start = found.pop().start
        elif entry.kind == "send":
            unread.setdefault(entry.name, []).append(entry if entry.begins else None)
        elif entry.kind == "receive":
            taken = unread[entry.name].pop(0) if unread.get(entry.name) else None
        found.append(entry)
    return found


def event_of(entry, step, names):
    """Return an entry as an event of a step."""
    kind, name, source = entry.kind, entry.name, entry.source
    start = names.place(name) if entry.start is None else entry.start
    if kind == "frame":
        target = names.clients[name]
    elif kind == "send":
        target = names.place(name)
    elif kind in ("receive", "nothing"):
        target = names.clients.get(name, TEST) if source is None else source
    elif kind == "consume":
        target = source
    elif kind == "error":
        target = ""
    else:
        target = "group %s" % names.fix(name)
    event = Event(
        [("kind", kind), ("source", start), ("target", target), ("channel", names.fix(name))]
    )
    event.begins = entry.begins
    if source is not None:
        event["consumer"] = source
    if entry.content is not None:
        event["content"] = names.fix(entry.content)
    if entry.members:
        shown = [names.channels.get(each) or names.fix(each) for each in entry.members]
        event["members"] = {"$tuple": shown}
    if step:
        event["step"] = step
    return event


def in_order(events, names):
    """Return the events of each step in an order that no run decides.

    They keep their order as far as they concern one client, channel or group; a message to a group
    concerns the clients in it.
    """
    found = []
    events.sort(key=lambda event: event.get("step", 0))
    for _, same in itertools.groupby(events, key=lambda event: event.get("step", 0)):
        same = list(same)
        if len(same) == 1:
            found += same
            continue
        clients = set(names.clients.values())
        places = [places_of(event, clients) for event in same]
        waiting = collections.defaultdict(collections.deque)
        for number, own in enumerate(places):
            for place in own:
                waiting[place].append(number)
        left = set(range(len(same)))
        while left:
            ready = [
                (not same[number].begins, same[number]["target"], number)
                for number in left
                if all(waiting[place][0] == number for place in places[number])
            ]
            number = min(ready)[-1]
            left.remove(number)
            found.append(same[number])
            for place in places[number]:
                waiting[place].popleft()
    return found


def places_of(event, clients):
    """Return what an event concerns."""
    places = {event["target"]}
    if event["kind"] == "group":
        places.update(clients.intersection(event.get("members", {}).get("$tuple", ())))
    return places
