"""Pages, comments and docstrings use plain words."""

from __future__ import annotations

import re

from scripts.folders import ROOT

# Figures of speech, and constructions that take a second reading.
RULED_OUT = re.compile(
    r"\b(bystanders?|deaf|desks?|has a say|insists?|nearer one|orphans?|parcels?|strangers?"
    r"|taken at its word|understud(?:y|ies)|without a word)\b",
    re.IGNORECASE,
)

FILES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    *(path for path in ROOT.glob("docs/**/*.rst") if "_build" not in path.parts),
    *ROOT.glob("compat/**/*.py"),
    *ROOT.glob("channeltest/**/*.py"),
]


def test_words():
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line}"
        for path in FILES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if RULED_OUT.search(line)
    ]
    assert found == []


def test_what_is_ruled_out():
    assert RULED_OUT.search("It is cancelled without a word.")
    assert not RULED_OUT.search("The closest marker wins.")
