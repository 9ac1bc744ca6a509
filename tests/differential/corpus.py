"""The committed random programs and what the original answered.

python -m tests.differential.corpus            # makes them anew; needs Python 3.8
"""

from __future__ import annotations

import gzip
import json
import sys
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.differential import transcripts
from tests.differential.peer import Peer
from tests.differential.strategies import programs

PATH = transcripts.TRANSCRIPTS / "programs.jsonl.gz"
SIZE = 300


def load() -> list[dict[str, Any]]:
    """Every ``{"program": ..., "transcript": ...}`` of the corpus."""
    with gzip.open(PATH, "rt") as lines:
        return [json.loads(line) for line in lines]


def generate(count: int) -> list[dict[str, Any]]:
    """Different random programs, the same ones each time with the same Hypothesis."""
    found: dict[str, dict[str, Any]] = {}

    @seed(118)
    @settings(
        max_examples=2 * count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(programs())
    def collect(program: dict[str, Any]) -> None:
        found[json.dumps(program, sort_keys=True)] = program

    collect()
    return list(found.values())[-count:]


def main() -> int:
    """The command line; see the module's docstring."""
    python = transcripts.reference()
    if python is None:
        print("No Python 3.8 here to run the original with.", file=sys.stderr)
        return 1
    with Peer(python) as original, open(PATH, "wb") as raw:
        # Neither a name nor a time in the header: the same corpus gives the same bytes.
        with gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as out:
            for program in generate(SIZE):
                entry = {"program": program, "transcript": original.ask(program)}
                # Not sorted: the order of a frame's keys is the order of its text.
                out.write((json.dumps(entry, separators=(",", ":")) + "\n").encode())
    print(f"{SIZE} programs recorded in {PATH.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
