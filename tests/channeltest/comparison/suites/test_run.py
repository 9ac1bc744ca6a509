"""The verdicts of a process, written and read."""

from __future__ import annotations

from channeltest.comparison.suites.run import Verdict, Verdicts
from channeltest.record.events import Event
from channeltest.record.schema import Record


def test_verdicts(tmp_path):
    record = Record("a", (Event("frame", "Room", "client", "c", "Room", {"bytes": b"\0"}),))
    added = [
        ("a", Verdict("AssertionError: \u00e9\n", True), record),
        ("b", Verdict("differs", False, ("frames",)), None),
        ("a", Verdict("again", True), None),
    ]
    for each in added:
        # Each test of a process adds to its file.
        Verdicts(tmp_path / "1.verdicts").add(*each)
    assert list(Verdicts(tmp_path / "1.verdicts").read()) == added
