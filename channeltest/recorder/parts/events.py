"""Events, as `channeltest.record.events` has them."""

from __future__ import unicode_literals

import collections
import itertools

from .names import Names

TEST = "the test"


class Event(collections.OrderedDict):
    """An event; its keys are in the order of the schema."""

    name, begins = "", False


def events_of(entries):
    """Return the events of a test as dicts, in an order that no run decides."""
    names, events, step = Names(entries), [], 0
    # Messages that the test has sent and nobody has taken yet, by channel.
    unread, taken = {}, None
    for kind, name, content, source, members in entries:
        if kind in ("made", "client", "new"):
            continue
        by = TEST if source is None else source
        start, target = by, "group %s" % names.fix(name)
        begins = False
        if kind == "send" and name in names.clients:
            kind, target = "frame", names.clients[name]
        elif kind == "send":
            begins = source is None
            reply = content.get("reply_channel") if begins else None
            start, target = names.clients.get(reply, by) if begins else by, names.place(name)
        elif kind == "group":
            begins = source is None
        elif kind in ("receive", "nothing"):
            reader = names.clients.get(name, TEST) if source is None else source
            start, target = names.place(name), reader
        elif kind == "consume":
            start, target, begins = names.place(name), source, True
            if events and events[-1]["kind"] == "receive" and events[-1].name == name:
                events.pop()
                if taken is not None and events and events[-1] is taken:
                    # A message that a client sends and has run at once is one event.
                    start = events.pop()["source"]
                    step -= 1
        elif kind == "error":
            target = ""
        step += begins
        event = Event(
            [("kind", kind), ("source", start), ("target", target), ("channel", names.fix(name))]
        )
        event.name, event.begins = name, begins
        if source is not None:
            event["consumer"] = source
        if content is not None:
            event["content"] = names.fix(content)
        if members:
            shown = [names.channels.get(each) or names.fix(each) for each in members]
            event["members"] = {"$tuple": shown}
        if step:
            event["step"] = step
        if kind == "send":
            unread.setdefault(name, []).append(event if begins else None)
        elif kind == "receive":
            taken = unread[name].pop(0) if unread.get(name) else None
        events.append(event)
    return in_order(events, names)


def in_order(events, names):
    """Return the events of each step in an order that no run decides.

    They keep their order as far as they concern one client, channel or group; a message to a group
    concerns the clients in it.
    """
    found = []
    events.sort(key=lambda event: event.get("step", 0))
    for _, same in itertools.groupby(events, key=lambda event: event.get("step", 0)):
        same = list(same)
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
