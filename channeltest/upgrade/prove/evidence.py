"""What the record of a suite says of a consumer: the tests that reach it, and its frames."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# The events of each test, as the file has them.
Tests = Mapping[str, list[Mapping[str, Any]]]


def read(path: Path) -> Tests:
    """Return the events of each test of a record, which the suite has just written.

    Args:
        path: The file.
    """
    tests: dict[str, list[Mapping[str, Any]]] = {}
    events: list[Mapping[str, Any]] = []
    with path.open(encoding="utf-8") as file:
        for line in file:
            found = json.loads(line)
            if "test" in found:
                events = tests.setdefault(found["test"], [])
            elif "kind" in found:
                events.append(found)
    return tests


@dataclass(frozen=True)
class Proof:
    """What a record has of consumers.

    Attributes:
        handlers: What was sent to them, such as ``"connect"``, and how often.
        frames: How many frames they sent to clients.
        sends: How many messages they sent to groups and channels.
        tests: The names of the tests that reach them.
    """

    handlers: Mapping[str, int]
    frames: int
    sends: int
    tests: Collection[str]

    def __str__(self) -> str:
        if not self.tests:
            return "no test reaches it"
        handlers = f"{', '.join(self.handlers)}: " if self.handlers else ""
        if not (self.handlers or self.frames or self.sends):
            return f"its statements in {_counted(len(self.tests), 'test')}"
        frames = [_counted(self.frames, "frame")] if self.frames or not self.sends else []
        sends = [_counted(self.sends, "send")] if self.sends else []
        return f"{handlers}{' and '.join(frames + sends)} in {_counted(len(self.tests), 'test')}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def proof_of(tests: Tests, consumers: Collection[str] | None, kinds: Collection[str] = ()) -> Proof:
    """Return what a record has of some consumers.

    Args:
        tests: The record.
        consumers: Their names, as code has them, without modules; ``None``: all of them, whose
            handlers are not told apart.
        kinds: The kinds of events that count; all by default.
    """
    handlers: Counter[str] = Counter()
    count: Counter[str] = Counter()
    reaching = []
    for test, events in tests.items():
        own = [
            event
            for event in events
            if _is_of(event, consumers) and (not kinds or event["kind"] in kinds)
        ]
        if own:
            reaching.append(test)
        for event in own:
            count[event["kind"]] += 1
            if event["kind"] == "consume" and consumers is not None:
                handlers[event["channel"].removeprefix("websocket.")] += 1
    sends = count["group"] + count["send"]
    return Proof(handlers, count["frame"], sends, reaching)


def _is_of(event: Mapping[str, Any], consumers: Collection[str] | None) -> bool:
    consumer = event.get("consumer")
    return consumer is not None if consumers is None else consumer in consumers
