"""The project's own suite, run in the worktree by the command that its developers use."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .checkout import Checkout, ProveError, Worktree
from .evidence import Tests, read
from .lines import Lines, read_lines

# Variables of a run that is going on around this one.
_OF_RUNS = {
    *("CHANNELTEST_RECORD", "CHANNELTEST_COMPARE", "CHANNELTEST_UNCOVERED", "CHANNELTEST_PARTS"),
    *("CHANNELTEST_TESTS", "CHANNELTEST_LINES", "PYTEST_CURRENT_TEST"),
    "PYTHONDONTWRITEBYTECODE",
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"),
}

_VARIABLE = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_DIFFERENCE = re.compile(r"^(?:AssertionError: )?(\S+: the consumers do not do what .*)$")
_END = re.compile(r"$|[-=_]{3}|\S*Error\b|FAILED ")
# Lines of a difference, and of other output that an error shows.
_MOST = 25


@dataclass
class Run:
    """One run of the suite.

    Attributes:
        status: The exit status of the command.
        output: What it printed.
        tests: The record of the tests that pass by themselves, also of those that differ.
        lines: The lines that these tests reach.
    """

    status: int
    output: str
    tests: Tests
    lines: Lines = field(default_factory=Lines)

    @property
    def differences(self) -> list[str]:
        """Where tests differ from their record, each as text of several lines."""
        found: list[str] = []
        lines = iter(self.output.splitlines())
        for line in lines:
            if match := _DIFFERENCE.match(line):
                text = [match[1]]
                for more in lines:
                    if _END.match(more) or len(text) == _MOST:
                        break
                    text.append(more)
                found.append("\n".join(text))
        return list(dict.fromkeys(found))

    def difference(self, tests: Collection[str]) -> str | None:
        """Return what is not as it was, as text of several lines; ``None`` if all is.

        Args:
            tests: The tests that passed before.
        """
        found = self.differences
        if found:
            others = len(found) - 1
            return found[0] + (f"\n(and {others} other tests)" if others else "")
        missing = sorted(set(tests) - self.tests.keys())
        if missing:
            return f"{missing[0]} passed before, and does not now:\n{self.end}"
        return None

    @property
    def end(self) -> str:
        """The last lines of what it printed."""
        return "\n".join(self.output.rstrip().splitlines()[-_MOST:])


class Suite:
    """A project's suite in a worktree.

    Args:
        command: The command that runs the suite, as a shell would have it. It may begin with
            variables: ``DEBUG=1 python manage.py test``.
        checkout: The checkout.
        worktree: Its worktree.

    Raises:
        ProveError: There is no command.
    """

    def __init__(self, command: str, checkout: Checkout, worktree: Worktree) -> None:
        self._worktree = worktree
        self._cache = worktree.home / "pycache"
        self._before: list[Path] = []
        self._runs = 0
        self._environment = _environment(checkout, worktree)
        self._environment["PYTHONPYCACHEPREFIX"] = str(self._cache)
        words = _words(command)
        while words and (match := _VARIABLE.fullmatch(words[0])):
            self._environment[match[1]] = match[2]
            del words[0]
        if not words:
            raise ProveError("--prove takes the command that runs the tests, such as 'pytest'")
        # A virtual environment in the checkout is no part of a commit.
        own = checkout.root / checkout.folder / words[0]
        if os.sep in words[0] and own.exists() and not (worktree.folder / words[0]).exists():
            words[0] = str(own)
        self._words = words

    def record(self) -> Run:
        """Run all tests, and record what later runs are compared with.

        The second record shows what differs from run to run.

        Raises:
            ProveError: A test fails, or nothing is recorded.
        """
        file = self._next()
        run = self._run(file, ())
        shown = " ".join(self._words)
        if run.status:
            raise ProveError(
                f"the suite fails before anything is converted ({shown}: exit status "
                f"{run.status}):\n{run.end}\n(It ran in a copy of the last commit: files that git "
                "ignores are not there.)"
            )
        if not run.tests:
            raise ProveError(
                f"{shown} records no test. Is 'channeltest' in INSTALLED_APPS, and installed where "
                f"the command runs?\n{run.end}"
            )
        self._before.append(file)
        return run

    def differs_by_itself(self, tests: Collection[str]) -> bool:
        """Run tests of the code of before again; what differs now is not compared any more.

        Minutes, days and the like are the same in records that follow each other at once.

        Args:
            tests: The names of the tests that run.
        """
        file = self._next()
        found = bool(self._run(file, self._before, tests).differences)
        if found:
            self._before.append(file)
        return found

    def _next(self) -> Path:
        return self._worktree.home / f"before{len(self._before) + 1}.json"

    def compare(self, tests: Collection[str] | None = None) -> Run:
        """Run tests, and compare them with the records.

        Args:
            tests: The names of the tests that run; all by default.
        """
        self._runs += 1
        file = self._worktree.home / f"after{self._runs}.json"
        return self._run(file, self._before, tests)

    def imports(self, path: Path) -> bool:
        """Whether the last run has imported a file of the worktree.

        Args:
            path: The file.
        """
        folder = self._cache / path.parent.relative_to(path.anchor)
        return any(folder.glob(f"{path.stem}.*.pyc"))

    def _run(
        self, record: Path, compare: Collection[Path], tests: Collection[str] | None = None
    ) -> Run:
        # Two texts of one file may have the same length and be written within the same second.
        shutil.rmtree(self._cache / self._worktree.root.relative_to("/"), ignore_errors=True)
        options = [f"--channeltest-record={record}"]
        options += [f"--channeltest-compare={each}" for each in compare]
        lines = record.with_suffix(".lines")
        environment = {
            # The command may have a value of its own, to have nothing measured.
            "CHANNELTEST_LINES": f"{lines}{os.pathsep}{self._worktree.root}",
            **self._environment,
            "CHANNELTEST_RECORD": str(record),
            "CHANNELTEST_COMPARE": os.pathsep.join(map(str, compare)),
            "PYTEST_ADDOPTS": shlex.join(
                [*shlex.split(self._environment.get("PYTEST_ADDOPTS", "")), *options]
            ),
        }
        if tests is not None:
            names = record.with_suffix(".txt")
            names.write_text("".join(f"{each}\n" for each in tests), encoding="utf-8")
            environment["CHANNELTEST_TESTS"] = str(names)
        file = self._worktree.home / "output.txt"
        status, output = _output(self._words, self._worktree.folder, environment, file)
        tests_now = read(record) if record.exists() else {}
        return Run(status, output, tests_now, read_lines(lines))


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError as error:
        raise ProveError(f"--prove cannot read the command {command!r}: {error}") from None


def _environment(checkout: Checkout, worktree: Worktree) -> dict[str, str]:
    """The environment with the worktree's paths where it has those of the checkout."""
    environment = {name: each for name, each in os.environ.items() if name not in _OF_RUNS}
    paths = environment.get("PYTHONPATH", "").split(os.pathsep)
    inside = list(_inside(checkout.root, sys.path))
    mapped = [worktree.root / path.relative_to(checkout.root) for path in inside]
    kept = [path for path in paths if path and Path(path).resolve() not in inside]
    if mapped or kept:
        environment["PYTHONPATH"] = os.pathsep.join([*map(str, mapped), *kept])
    # The commands of the environment that this one is installed in.
    own = os.path.dirname(sys.executable)
    environment["PATH"] = os.pathsep.join([own, environment.get("PATH", os.defpath)])
    return environment


def _inside(root: Path, paths: Iterable[str]) -> Iterator[Path]:
    """The paths with sources of a checkout, those of environments in it left out."""
    for path in map(Path, filter(None, paths)):
        place = path.resolve()
        is_inside = place == root or root in place.parents
        if is_inside and not any((each / "pyvenv.cfg").exists() for each in place.parents):
            yield place


def _output(
    words: list[str], folder: Path, environment: dict[str, str], file: Path
) -> tuple[int, str]:
    """Run a command whose output goes to a file; return its exit status and the output."""
    # A pipe would wait for whatever the command leaves behind, and hold back signals.
    with file.open("wb") as stream:
        try:
            process = subprocess.Popen(
                words,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                # Ctrl-C is for this process; it ends that one and its children.
                start_new_session=True,
            )
        except OSError as error:
            raise ProveError(f"cannot run {words[0]!r}: {error.strerror}") from None
        try:
            status = process.wait()
        except BaseException:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
    return status, file.read_text(encoding="utf-8", errors="replace")
