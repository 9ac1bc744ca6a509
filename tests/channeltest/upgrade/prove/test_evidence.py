from __future__ import annotations

import json

import pytest

from channeltest.upgrade.prove.evidence import proof_of, proof_of_sends, read, typed


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
    ("consumers", "tests", "text"),
    [
        ({"Room"}, ["a", "b"], "connect, receive: 3 frames and 1 send in 2 tests"),
        ({"Other"}, ["c"], "chat.save: 1 send in 1 test"),
        (None, ["a", "b", "c"], "3 frames and 2 sends in 3 tests"),
        ({"None"}, [], "no test reaches it"),
        (set(), [], "no test reaches it"),
    ],
)
def test_proofs(consumers, tests, text):
    proof = proof_of(TESTS, consumers)
    assert (proof.tests, str(proof)) == (tests, text)


def message(kind, content, consumer=None):
    return {"kind": kind, "consumer": consumer, "content": content}


def test_messages_with_a_type():
    own = message("group", {"type": "group.message", "text": "a"})
    tests = {
        "a": [own, message("send", {"type": "x"}, "View"), message("group", {"text": "a"})],
        "b": [message("consume", {"type": "x"}), message("frame", {"text": "a"})],
        "c": [message("error", "text with a type")],
    }
    assert typed(tests) == {"a": 2, "b": 0, "c": 0}


def test_proofs_of_sends():
    proof = proof_of_sends({"a": 1, "b": 2, "c": 2}, {"a": 3, "b": 2, "c": 1, "d": 1})
    assert (proof.tests, str(proof)) == (["a", "d"], "3 sends in 2 tests")
    assert str(proof_of_sends({"a": 1}, {"a": 1})) == "no test reaches it"
