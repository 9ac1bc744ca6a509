"""Compares random programs on the original and on channeltest; needs Python 3.8.

    python -m tests.differential.fuzz --programs 5000

Prints how many ran and how many differed, and the smallest program that differs. Exits with 1 for
any difference. ``--seed`` repeats a run.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.differential import transcripts
from tests.differential.compare import difference
from tests.differential.peer import Peer
from tests.differential.strategies import programs


class Differs(AssertionError):
    """A program whose transcripts differ."""


class Comparison:
    """Runs programs on both stacks and counts.

    Attributes:
        ran: How many programs ran, those that Hypothesis tried while shrinking included.
        steps: How many entries their transcripts have.
        differed: How many of the programs differed.
    """

    def __init__(self, original: Peer, ours: Peer) -> None:
        self.original, self.ours = original, ours
        self.ran = self.steps = self.differed = 0

    def check(self, program: dict[str, Any]) -> None:
        """Raises Differs, with the program and the diff, when the transcripts are not equal."""
        theirs = self.original.ask(program)
        self.ran += 1
        self.steps += len(theirs)
        if diff := difference(theirs, self.ours.ask(program)):
            self.differed += 1
            raise Differs(f"{json.dumps(program)}\n{diff}")


def compare(python: Path, count: int, start: int) -> tuple[Comparison, str]:
    """Compares ``count`` random programs; returns the counts and the smallest difference's text."""
    with Peer(python) as original, Peer(sys.executable) as ours:
        comparison = Comparison(original, ours)

        @seed(start)
        @settings(
            max_examples=count,
            database=None,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        )
        @given(programs())
        def check(program: dict[str, Any]) -> None:
            comparison.check(program)

        try:
            check()
        except Differs as found:
            return comparison, str(found)
        return comparison, ""


def main(argv: list[str] | None = None) -> int:
    """The command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description="Compare random programs with Channels 1.1.8.")
    parser.add_argument("--programs", type=int, default=5000, help="how many")
    parser.add_argument("--seed", type=int, help="repeats the run that printed it")
    options = parser.parse_args(argv)
    python = transcripts.reference()
    if python is None:
        print("No Python 3.8 here to run the original with.", file=sys.stderr)
        return 1
    start = random.randrange(2**32) if options.seed is None else options.seed
    comparison, shortest = compare(python, options.programs, start)
    print(f"seed {start}: {comparison.ran} programs ran ({comparison.steps} entries), ", end="")
    print(f"{comparison.differed} differed from Channels 1.1.8")
    if shortest:
        print(shortest)
    return 1 if shortest else 0


if __name__ == "__main__":
    sys.exit(main())
