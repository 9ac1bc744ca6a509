"""Random programs have the transcripts that Channels 1.1.8 gave them."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from scripts import reference
from tests.differential import corpus, fuzz, transcripts
from tests.differential.compare import difference
from tests.differential.peer import Peer

CORPUS = corpus.load()
CHUNK = 25
LIVE = 200


@pytest.fixture(scope="module")
def ours() -> Iterator[Peer]:
    with Peer(sys.executable) as peer:
        yield peer


@pytest.mark.parametrize("start", range(0, len(CORPUS), CHUNK))
def test_committed_programs(start: int, ours: Peer) -> None:
    for entry in CORPUS[start : start + CHUNK]:
        diff = difference(entry["transcript"], ours.ask(entry["program"]))
        assert not diff, f"{entry['program']}\n{diff}"


def test_the_corpus_is_worth_running() -> None:
    labels = [label for entry in CORPUS for label, _ in entry["transcript"]]
    assert len(CORPUS) >= 300
    assert "error" not in labels
    assert sum(label.startswith("consumer on ") for label in labels) > 2 * len(CORPUS)


def test_a_hanging_program_is_a_difference() -> None:
    with Peer(sys.executable, patience=0) as peer:
        answer = peer.ask(CORPUS[0]["program"])
    assert difference(CORPUS[0]["transcript"], answer)


@pytest.fixture(scope="module")
def original() -> Any:
    if python := transcripts.reference():
        return python
    pytest.skip(reference.MISSING)


def test_fresh_programs(original: Any) -> None:
    # pytest-randomly seeds this generator before each test, so the run's seed repeats the programs.
    seed = random.randrange(2**32)
    comparison, shortest = fuzz.compare(original, LIVE, seed)
    assert not shortest, (
        f"python -m tests.differential.fuzz --programs {LIVE} --seed {seed}\n{shortest}"
    )
    assert comparison.ran >= LIVE
