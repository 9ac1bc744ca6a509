from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from channeltest.upgrade.outcome import Finding
from channeltest.upgrade.prove.evidence import Proof
from channeltest.upgrade.prove.proving import Kept, Restored, Result
from channeltest.upgrade.prove.report import lines

FOLDER = Path("/project")


def conversion(name):
    return SimpleNamespace(key=("CT101", name), name=name)


def kept(name, *tests):
    return Kept(conversion(name), Proof({"connect": 2}, 3, 0, tests), "0123456789abcdef")


def test_a_table():
    result = Result(
        [kept("a.long_name", "t1", "t2"), kept("b.f", "t1"), kept("c.g")],
        [Restored(conversion("d.h"), "it differs:\n\n  here")],
        [Finding(FOLDER / "e.py", 3, 1, "CT102", "by hand", "E: line 4: it is used")],
        7,
    )
    assert list(lines(result, FOLDER, "They are there.")) == [
        "Converted and proved (2)",
        "  0123456789  CT101  a.long_name  connect: 3 frames in 2 tests",
        "  0123456789  CT101  b.f          connect: 3 frames in 1 test",
        "",
        "Converted and unproved (1)",
        "  0123456789  CT101  c.g  no test reaches it",
        "",
        "Not converted (2)",
        "  d.h: CT101 was tried, and is as it was:",
        "    it differs:",
        "",
        "      here",
        "  e.py:3: CT102 E: line 4: it is used",
        "",
        "2 converted and proved, 1 converted and unproved, 2 not converted.",
        "All 7 tests of the record pass and say the same. They are there.",
    ]


def test_what_stays_sync():
    found = Finding(FOLDER / "e.py", 3, 1, "CT107", "stays sync", "E: line 4: open does")
    assert list(lines(Result(sync=[found]), FOLDER, ""))[:3] == [
        "Stay sync (1)",
        "  e.py:3:  CT107  E: line 4: open does",
        "",
    ]


def test_nothing():
    assert list(lines(Result(), FOLDER, "")) == [
        "0 converted and proved, 0 converted and unproved, 0 not converted."
    ]
