"""The order of events: the same in every run, and for each client that of its frames."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter

from .events import Event, is_client, is_step


def ordered(events: Iterable[Event]) -> Iterator[Event]:
    """Yield events, those of each step in an order that no run decides.

    Events keep their order as far as they concern one client, channel or group; a message to a
    group concerns the clients in it. Between two others there is none, where consumers work in
    threads or tasks.

    Args:
        events: The events of a record.
    """
    for _, same in groupby(sorted(events, key=_step), key=_step):
        several = list(same)
        yield from several if len(several) == 1 else _of_step(several)


_step = attrgetter("step")


def _of_step(events: list[Event]) -> Iterator[Event]:
    """The events of one step: of those that nothing has to come before, the first by its target."""
    places = [[*_places(event)] for event in events]
    waiting: dict[str, deque[int]] = {}
    for number, own in enumerate(places):
        for place in own:
            waiting.setdefault(place, deque()).append(number)

    def first(numbers: Iterable[int]) -> Iterator[tuple[bool, str, int]]:
        for number in numbers:
            if all(waiting[place][0] == number for place in places[number]):
                # The step itself stands before what follows from it.
                yield not is_step(events[number]), events[number].target, number

    ready = [*first(range(len(events)))]
    heapq.heapify(ready)
    while ready:
        number = heapq.heappop(ready)[-1]
        yield events[number]
        for place in places[number]:
            waiting[place].popleft()
        behind = {waiting[place][0] for place in places[number] if waiting[place]}
        for each in first(behind):
            heapq.heappush(ready, each)


def _places(event: Event) -> Iterator[str]:
    """What an event concerns."""
    yield event.target
    if event.kind == "group":
        yield from {each for each in event.members if is_client(each) and each != event.target}
