"""Which lines of a project's functions the tests reach, as a run of the suite has measured."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

# The lines of each file; files are relative to the root of the checkout.
Reached = Mapping[str, frozenset[int]]

_NONE: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Lines:
    """The lines that tests reach.

    Attributes:
        tests: What each test reaches, by its name.
        problem: Why nothing was measured; ``""`` if it was.
        differing: The files of which tests reach other lines in each run.
    """

    tests: Mapping[str, Reached] = field(default_factory=dict)
    problem: str = ""
    differing: frozenset[str] = frozenset()

    def of(self, tests: Iterable[str]) -> Reached:
        """Return what some tests reach together.

        Args:
            tests: Their names.
        """
        found: dict[str, set[int]] = defaultdict(set)
        for test in tests:
            for file, lines in self.tests.get(test, {}).items():
                found[file] |= lines
        return {file: frozenset(lines) for file, lines in found.items()}

    def always(self, other: Lines) -> Lines:
        """Return what each test reaches in two runs; what differs by itself is left out.

        Args:
            other: The other run.
        """
        tests, differing = {}, set()
        for test in self.tests.keys() & other.tests.keys():
            first, second = self.tests[test], other.tests[test]
            files = first.keys() | second.keys()
            pairs = {each: (first.get(each, _NONE), second.get(each, _NONE)) for each in files}
            tests[test] = {file: lines & more for file, (lines, more) in pairs.items()}
            differing |= {file for file, (lines, more) in pairs.items() if lines != more}
        return Lines(tests, self.problem or other.problem, frozenset(differing))


def read_lines(path: Path) -> Lines:
    """Return what a run has measured.

    Args:
        path: The file that it has written.
    """
    if not path.exists():
        return Lines(problem="the run has not measured them")
    found = json.loads(path.read_text(encoding="utf-8"))
    tests = {
        test: {file: frozenset(lines) for file, lines in files.items()}
        for test, files in found["tests"].items()
    }
    return Lines(tests, found["problem"])
