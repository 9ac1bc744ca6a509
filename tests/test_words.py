"""Pages, comments and docstrings use plain words."""

from __future__ import annotations

import re

from scripts.folders import ROOT

# Figures of speech, constructions that take a second reading, words that the glossary has another
# one for, and promises that are not true.
RULED_OUT = re.compile(
    r"\b(bystanders?|conversations?|deaf|desks?|has a say|insists?|nearer one|never wrong"
    r"|no server would|no timeout to|orphans?|parcels?|shall|strangers?|taken at its word"
    r"|timeout to tune|told so|understud(?:y|ies)|what nothing means|without a word)\b",
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
    assert RULED_OUT.search("A conversation is decided at once, and never wrong.")
    assert not RULED_OUT.search("The closest marker wins.")
