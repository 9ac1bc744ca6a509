"""Records to report on."""

from __future__ import annotations

import random

from channeltest.comparison.suites.run import Run
from channeltest.record.events import Event
from channeltest.record.schema import Record

VERSIONS = {"channels": "4.3.2", "django": "5.2"}

# What the generated tests send, as a suite does: mostly the same few words.
_WORDS = ("hi", "budget", "lounge", "ann", "bob", "joined", "left", "draft", "published", "desk")


def frame(content, source="Room", target="client", step=1):
    """A frame for a client."""
    return Event("frame", source, target, f"<{target}>", source, content, step=step)


def consume(channel="websocket.connect", path="/chat/", source="client", step=1, **content):
    """A message of a client that a consumer runs."""
    content = {"path": path, "reply_channel": f"<{source}>", **content}
    return Event("consume", source, "Room", channel, "Room", content, step=step)


def record(*frames, test="tests.T.test_a"):
    """The record of a test that connects and gets frames."""
    return Record(test, (consume(), *map(frame, frames)))


def run(*records, verdicts=(), old=None, uncovered=()):
    """A run that has found records."""
    found = {each.test: each for each in records}
    return Run(found, dict(verdicts), old, VERSIONS, list(uncovered))


def suite(tests, frames):
    """The records of a made-up suite.

    Args:
        tests: How many tests it has.
        frames: How many events each of them has.
    """
    chance = random.Random(1)
    return [_talk(number, frames, chance) for number in range(tests)]


def _talk(number, frames, chance):
    consumer = f"Consumer{number % 40}"
    path = f"/ws/app{number % 40}/room-{chance.randrange(200)}/"
    events = []
    for count in range(frames // 2):
        text = f'{{"id": {chance.randrange(10**6)}, "text": "{_words(chance)}"}}'
        content = {"path": path, "reply_channel": "<client>", "text": text}
        channel = "websocket.receive" if count else "websocket.connect"
        events.append(Event("consume", "client", consumer, channel, consumer, content, step=count))
        answer = {"text": f'{{"user": "{chance.choice(_WORDS)}", "text": "{_words(chance)}"}}'}
        events.append(Event("frame", consumer, "client", "<client>", consumer, answer, step=count))
    name = f"app{number % 40}.tests.test_{number % 7}.Case{number // 100}.test_{number}"
    return Record(name, tuple(events))


def _words(chance):
    return " ".join(chance.choices(_WORDS, k=4))
