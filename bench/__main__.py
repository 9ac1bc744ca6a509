"""``python -m bench``: measure the original and this project in turns and print the ratios.

Each side is one process; they take turns, round by round, so that a busy machine slows both. A
second table compares with Channels' own ``WebsocketCommunicator``, and a third an empty test with
one of ``django.test.TestCase``, both within the project's process. Another measures the record; one
times a suite of async tests with the communicators of both; the last has real servers serve an
echo.
The figure of a workload is its best round; the spread is how much slower the worst one was.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from scripts import reference

from . import serving, suites

ROOT = Path(__file__).resolve().parent.parent
COLUMNS = "{:<52} {:>12} {:>7} {:>12} {:>7} {:>8}"


class Side:
    """A process that measures workloads on one of the two stacks."""

    def __init__(self, python: str | Path) -> None:
        self.process = subprocess.Popen(
            [python, "-W", "ignore", "-m", "bench.child"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self.about = self._answer()

    def __str__(self) -> str:
        return "Channels {channels}, Django {django}, Python {python}".format(**self.about)

    def measure(self, workload: str, side: str = "") -> float:
        """Return the seconds that one operation of the workload took.

        Where both sides are in this process, ``side`` says which: ``original`` or ``project``.
        """
        assert self.process.stdin is not None
        self.process.stdin.write(f"{workload}\t{side}\n")
        return float(self._answer()["seconds"])

    def close(self) -> None:
        """End the process."""
        self.process.communicate()

    def _answer(self) -> dict:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"The benchmark process ended with status {self.process.wait()}.")
        return json.loads(line)


@dataclass
class Figure:
    """The rounds of one workload on one side, in seconds per operation."""

    rounds: list[float]

    @property
    def best(self) -> float:
        return min(self.rounds)

    @property
    def spread(self) -> str:
        return f"+{max(self.rounds) / self.best - 1:.0%}"

    def __str__(self) -> str:
        return f"{self.best * 1e6:,.1f} µs"


def original_python() -> Path | None:
    """Return the interpreter that has Channels 1.1.8, or None after printing why there is none."""
    try:
        interpreter = reference.python()
    except subprocess.CalledProcessError as error:
        print(f"Without the original: Channels 1.1.8 could not be installed ({error})\n")
        return None
    if interpreter is None:
        print(f"Without the original: {reference.MISSING}\n")
    return interpreter


def main(arguments: list[str] | None = None) -> None:
    """Run the benchmarks that the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="measurements of each workload")
    parser.add_argument("--only", metavar="TEXT", help="only workloads whose name contains TEXT")
    options = parser.parse_args(arguments)

    python = original_python()
    project = Side(sys.executable)
    original = Side(python) if python else None
    print(f"project:  {project}")
    if original:
        print(f"original: {original}")
    print(f"best of {options.rounds} rounds, per operation; spread: the worst round\n")

    def chosen(kind: str) -> list[str]:
        names = project.about[kind]
        return [name for name in names if options.only is None or options.only in name]

    if chosen("workloads"):
        print(COLUMNS.format("workload", "original", "spread", "project", "spread", "ratio"))
    for name in chosen("workloads"):
        print(compare(name, original, project, options.rounds), flush=True)
    if chosen("pairs") or chosen("growth"):
        print("\nBeside channels.testing.WebsocketCommunicator, in one process, same consumers:\n")
        print(COLUMNS.format("workload", "communicator", "spread", "project", "spread", "ratio"))
    for name in chosen("pairs"):
        print(beside(name, project, options.rounds), flush=True)
    # Opening the connections takes longer than what is measured beside them.
    for name in chosen("growth"):
        print(beside(name, project, min(options.rounds, 2)), flush=True)
    if chosen("empty"):
        print(
            "\nBeside django.test.TestCase, in one process; the last column is what a test adds:\n"
        )
        print(COLUMNS.format("workload", "TestCase", "spread", "project", "spread", "added"))
    for name in chosen("empty"):
        print(added(name, project, options.rounds), flush=True)
    if chosen("records"):
        print("\nThe record of a test, in the project's process:\n")
    for name in chosen("records"):
        print(compare(name, None, project, options.rounds), flush=True)
    for side in filter(None, [original, project]):
        side.close()
    both_suites([name for name in suites.LINES if (options.only or "") in name], options.rounds)
    serving.served(chosen_served(options.only), options.rounds, python)


def compare(name: str, original: Side | None, project: Side, rounds: int) -> str:
    """Measure one workload on both sides, in turns, and return its line of the table."""
    before, after = Figure([]), Figure([])
    for _ in range(rounds):
        if original:
            before.rounds.append(original.measure(name))
        after.rounds.append(project.measure(name))
    if not original:
        return COLUMNS.format(name, "", "", str(after), after.spread, "")
    return line(name, before, after)


def beside(name: str, project: Side, rounds: int) -> str:
    """Measure one workload on both sides of one process, and return its line of the table."""
    return line(name, *both(name, project, rounds))


def added(name: str, project: Side, rounds: int) -> str:
    """Measure as `beside` does, and return a line with the difference in place of the ratio."""
    before, after = both(name, project, rounds)
    more = f"{(after.best - before.best) * 1e6:+.1f} µs"
    return COLUMNS.format(name, str(before), before.spread, str(after), after.spread, more)


def both(name: str, project: Side, rounds: int) -> tuple[Figure, Figure]:
    """Measure one workload on both sides of one process, in turns."""
    before, after = Figure([]), Figure([])
    for _ in range(rounds):
        before.rounds.append(project.measure(name, "original"))
        after.rounds.append(project.measure(name, "project"))
    return before, after


def both_suites(names: list[str], rounds: int) -> None:
    """Run a suite of async tests with the communicators of both sides, and print its table."""
    if not names:
        return
    print("\nA suite of Django's async tests, each side in a process; only the import differs:\n")
    print(COLUMNS.format("workload", "ch.testing", "spread", "project", "spread", "ratio"))
    before, after = [], []
    for _ in range(rounds):
        before.append(suites.in_process(suites.ORIGINAL))
        after.append(suites.in_process(suites.PROJECT))
    for name in names:
        sides = [
            Figure([getattr(run, suites.LINES[name]) for run in side]) for side in (before, after)
        ]
        print(line(name, *sides), flush=True)


def chosen_served(only: str | None) -> list[str]:
    """Return the names of the workloads on a real server that the command line asks for."""
    return [name for name in serving.WORKLOADS if only is None or only in name]


def line(name: str, before: Figure, after: Figure) -> str:
    """Return a line of the table."""
    ratio = f"{before.best / after.best:.2f} x"
    return COLUMNS.format(name, str(before), before.spread, str(after), after.spread, ratio)


if __name__ == "__main__":
    main()
