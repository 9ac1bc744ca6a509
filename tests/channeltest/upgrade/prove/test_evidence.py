from __future__ import annotations

import json

import pytest

from channeltest.upgrade.prove.evidence import proof_of, read


def event(kind, consumer="Room", channel="websocket.receive"):
    return {"kind": kind, "consumer": consumer, "channel": channel}


TESTS = {
    "a": [event("consume", channel="websocket.connect"), event("frame"), event("group")],
    "b": [event("consume"), event("frame"), event("frame")],
    "c": [event("consume", "Other", "chat.save"), event("send", "Other")],
    "d": [event("group", None)],
}


def test_a_record_is_read(tmp_path):
    lines = [{"schema": "channeltest.suite", "version": 1}]
    for test, events in TESTS.items():
        lines += [{"schema": "channeltest.record", "version": 1, "test": test}, *events]
    file = tmp_path / "record.json"
    file.write_text("".join(f"{json.dumps(line)}\n" for line in [*lines, {"tests": 4}]))
    assert read(file) == TESTS


@pytest.mark.parametrize(
    ("consumers", "kinds", "tests", "text"),
    [
        ({"Room"}, (), ["a", "b"], "connect, receive: 3 frames and 1 send in 2 tests"),
        ({"Other"}, (), ["c"], "chat.save: 1 send in 1 test"),
        ({"Room", "Other"}, ("group", "send"), ["a", "c"], "2 sends in 2 tests"),
        ({"Room"}, ("frame",), ["a", "b"], "3 frames in 2 tests"),
        (None, (), ["a", "b", "c"], "3 frames and 2 sends in 3 tests"),
        ({"None"}, (), [], "no test reaches it"),
        (set(), (), [], "no test reaches it"),
    ],
)
def test_proofs(consumers, kinds, tests, text):
    proof = proof_of(TESTS, consumers, kinds)
    assert (proof.tests, str(proof)) == (tests, text)
