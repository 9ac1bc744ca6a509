"""Converts, runs what reaches the conversion, and keeps it if the suite says the same."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from ...sources.project import Project
from ..outcome import Finding
from ..plan import Plan, plan, write
from .carried import carried
from .checkout import ProveError, Worktree
from .conversions import Conversion, Key, all_together, next_conversion
from .evidence import Proof, Tests, proof_in, proof_of
from .falls import fall
from .lines import Lines
from .reach import Reach, of_definitions, of_project, reaches_new
from .suite import Suite

_SENDS = ("group", "send")


@dataclass(frozen=True)
class Kept:
    """A conversion that is kept.

    Attributes:
        conversion: The conversion.
        proof: What the record has of it.
        commit: The commit that has it.
        reach: How much of it the tests reach; ``None`` if that was not measured.
    """

    conversion: Conversion
    proof: Proof
    commit: str
    reach: Reach | None = None


@dataclass(frozen=True)
class Restored:
    """A conversion that was undone.

    Attributes:
        conversion: The conversion.
        reason: Where a test differed or failed, as text of several lines.
    """

    conversion: Conversion
    reason: str


@dataclass
class Result:
    """What became of a project.

    Attributes:
        kept: What is converted.
        restored: What was tried, and is as it was.
        left: What the fixers left alone.
        tests: How many tests the record has.
        sync: What stays sync, if async consumers were asked for.
        reach: How much of the project the tests reach; ``None`` if that was not measured.
        unmeasured: Why it was not; ``""`` if it was.
    """

    kept: list[Kept] = field(default_factory=list)
    restored: list[Restored] = field(default_factory=list)
    left: list[Finding] = field(default_factory=list)
    tests: int = 0
    sync: list[Finding] = field(default_factory=list)
    reach: Reach | None = None
    unmeasured: str = ""


class Proving:
    """Conversions in a worktree, one after the other.

    Args:
        worktree: The worktree.
        suite: The project's suite in it.
        fixers: The names of the fixers that may run.
        tell: Is called with a line for each thing that is done.
    """

    def __init__(
        self,
        worktree: Worktree,
        suite: Suite,
        fixers: Collection[str],
        tell: Callable[[str], None],
    ) -> None:
        self._worktree, self._suite, self._fixers, self._tell = worktree, suite, fixers, tell
        self._start = worktree.head
        self._before: Tests = {}
        # What tests reach of each project, as far as that is known.
        self._lines = [Lines()]
        self._run_lines = Lines()
        self._result = Result()
        self._projects = [Project.load(worktree.paths)]
        self._together: set[Key] = set()
        # The last commit with which the whole suite says the same.
        self._proved = self._start

    def run(self) -> Result:
        """Record the suite, try each conversion, and run the whole suite in the end.

        Returns:
            What became of the project.

        Raises:
            ProveError: The suite fails before anything is converted, or does not run what is in
                the worktree.
            SourceError: A file cannot be read, parsed or written.
        """
        if next_conversion(self._projects[0], self._fixers, ()) is not None:
            self._record()
            self._convert()
            while self._drop_failing():
                self._convert()
        if self._result.kept and not self._lines[0].problem:
            tests = self._before.keys()
            states = (self._projects[0], self._lines[0]), (self._projects[-1], self._lines[-1])
            was, now = ((project, lines.of(tests)) for project, lines in states)
            self._result.reach = of_project(self._worktree.root, was, now)
        found = plan(self._projects[-1], self._fixers)
        for each in found.findings:
            if each.kind == "stays sync":
                self._result.sync.append(each)
            elif each.kind != "automatic":
                self._result.left.append(each)
        return self._result

    def _record(self) -> None:
        self._tell("records the suite")
        first = self._suite.record()
        self._tell(f"records its {len(first.tests)} tests again, to see what differs by itself")
        second = self._suite.record()
        self._before = {test: each for test, each in first.tests.items() if test in second.tests}
        self._result.tests = len(self._before)
        self._lines = [first.lines.always(second.lines)]
        self._result.unmeasured = self._lines[0].problem
        self._worktree.reset()

    def _convert(self) -> None:
        """Try each conversion that has not been tried."""
        while (found := next_conversion(self._projects[-1], self._fixers, self._tried)) is not None:
            proof = self._proof(found)
            # Where no consumer of the record has the name, any test may reach it.
            is_known = (found.is_consumer or found.test_classes) and proof.tests
            tests = proof.tests if is_known else self._before.keys()
            is_whole = len(tests) == len(self._before)
            began = time.monotonic()
            write(found.plan)
            problem = self._problem(tests, found.plan)
            seconds = f"{len(tests)} tests, {time.monotonic() - began:.1f} s"
            if problem is None:
                proof = proof if proof.tests else self._proof_of_lines(found)
                if found.is_whole and not self._imports_asgi(found):
                    # The tests have routes of their own, with apply_routes().
                    proof = Proof({}, 0, 0, ())
                if proof.tests:
                    self._check_imported(found)
                self._keep(found, proof, tests)
                self._tell(f"{found.name}: the same ({seconds})")
                if is_whole:
                    self._proved = self._worktree.head
            self._worktree.reset()
            # Where all tests ran, one that was kept before may be the reason.
            if problem is not None and not (is_whole and self._drop_failing()):
                self._result.restored.append(Restored(found, problem))
                self._tell(f"{found.name}: differs, and is restored ({seconds})")
        self._convert_together()

    def _convert_together(self) -> None:
        """Try what differed alone once more, with all that can be converted only behind it.

        What workers and views of Channels 1 send to a modern consumer may come in another order
        than what they send once they are converted.
        """
        failed = [each.conversion.name for each in self._result.restored]
        found = all_together(self._projects[-1], self._fixers, failed)
        if found is None or found.key in self._together:
            return
        self._together.add(found.key)
        tests = self._before.keys()
        write(found.plan)
        if self._problem(tests, found.plan) is not None:
            self._worktree.reset()
            self._tell(f"{found.name}: differs with what follows, too")
            return
        self._keep(found, self._proof(found), tests)
        self._proved = self._worktree.head
        self._worktree.reset()
        self._tell(f"{found.name}: the same, with what follows")
        names = {*found.name.split(", ")}
        self._result.restored[:] = [
            each
            for each in self._result.restored
            if not set(each.conversion.name.split(", ")) <= names
        ]
        self._convert()

    def _keep(self, conversion: Conversion, proof: Proof, tests: Collection[str]) -> None:
        commit = self._worktree.commit(
            [conversion.plan.after.modules[name].path for name in conversion.plan.changed],
            f"Convert {conversion.name} to today's Channels\n\nProof: {proof}.",
        )
        sides, lines = conversion.plan, self._lines[-1]
        reach = None
        if not lines.problem:
            root, run = self._worktree.root, self._run_lines
            names = conversion.consumers | conversion.made
            was, now = (sides.before, lines.of(tests)), (sides.after, run.of(tests))
            reach = of_definitions(root, (was, now), sides.changed, names)
            lines = carried(root, sides.before, sides.after, lines, run, tests)
        self._result.kept.append(Kept(conversion, proof, commit, reach))
        self._projects.append(sides.after.choosing(None))
        self._lines.append(lines)

    def _proof(self, conversion: Conversion) -> Proof:
        """What the record has of a conversion, under the names of before the first one."""
        if conversion.is_whole:
            return proof_of(self._before, None)
        if conversion.test_classes:
            return proof_in(self._before, conversion.test_classes)
        names = set(conversion.consumers)
        for each in reversed(self._result.kept):
            if each.conversion.is_consumer and names & each.conversion.made:
                names |= each.conversion.consumers
        if conversion.is_consumer:
            return proof_of(self._before, names)
        # What a worker sent to a client's channel is a frame.
        sends = proof_of(self._before, names, _SENDS)
        return sends if sends.tests else proof_of(self._before, names, ("frame",))

    def _proof_of_lines(self, conversion: Conversion) -> Proof:
        """The tests of the last run that reach what a conversion has written."""
        lines = {} if self._lines[-1].problem else self._run_lines.tests
        plan_, root = conversion.plan, self._worktree.root
        tests = [
            test
            for test in lines
            # What a test does not record is not compared.
            if self._before.get(test)
            and reaches_new(root, plan_.before, plan_.after, plan_.changed, lines[test])
        ]
        return Proof({}, 0, 0, tests)

    @property
    def _tried(self) -> set[Key]:
        tried: Iterable[Kept | Restored] = (*self._result.kept, *self._result.restored)
        return {each.conversion.key for each in tried}

    def _problem(self, tests: Collection[str], tried: Plan | None, last: int = -1) -> str | None:
        """Run tests; return what is not the same, or ``None``.

        Args:
            tests: Their names.
            tried: What is converted and not yet kept, if anything is.
            last: The place of the last project that is kept.
        """
        is_whole = len(tests) == len(self._before)
        chosen = None if is_whole else tests
        run = self._suite.compare(chosen)
        if run.differences and self._differ_by_themselves(tests, tried):
            run = self._suite.compare(chosen)
        problem = run.difference(tests)
        if problem is None and run.status:
            problem = f"the suite fails with the exit status {run.status}:\n{run.end}"
        elif problem is not None:
            return problem
        lines = self._lines[last]
        if problem is None and not lines.problem:
            before = self._projects[last]
            after = before if tried is None else tried.after
            was, now = lines.of(tests), run.lines.of(tests)
            problem = run.lines.problem or fall(
                self._worktree.root, before, after, was, now, lines.differing
            )
            self._run_lines = run.lines
        if problem is not None and not is_whole:
            # A threshold of coverage, or lines that other tests reach.
            return self._problem(self._before.keys(), tried, last)
        return problem

    def _differ_by_themselves(self, tests: Collection[str], tried: Plan | None) -> bool:
        """Whether tests of the code of before, run again, are not what was recorded."""
        head = self._worktree.head
        self._worktree.reset(self._start)
        if found := self._suite.differs_by_itself(tests):
            self._tell("what differs is not the same without a conversion; it is left out now")
        self._worktree.reset(head)
        if tried is not None:
            write(tried)
        return found

    def _imports_asgi(self, conversion: Conversion) -> bool:
        """Whether the last run has imported the ``asgi.py`` that a conversion has changed."""
        after = conversion.plan.after
        files = [after.modules[name].path for name in conversion.plan.changed]
        found = [each for each in files if each.name == "asgi.py"]
        return not found or any(map(self._suite.imports, found))

    def _check_imported(self, conversion: Conversion) -> None:
        for name in conversion.plan.changed:
            module = conversion.plan.after.modules[name]
            if not module.is_test and not self._suite.imports(module.path):
                path = module.path.relative_to(self._worktree.root)
                raise ProveError(
                    f"the suite reaches {conversion.name}, but does not import {path} of the "
                    "worktree. Is the project installed in another folder, or does the command "
                    "run Python without bytecode (-B)?"
                )

    def _drop_failing(self) -> bool:
        """Run the whole suite; undo the first conversion with which it fails, and later ones.

        Tests that are not known to reach a conversion fail with it. Later ones are tried again.

        Returns:
            Whether one was undone.
        """
        if self._proved == self._worktree.head:
            return False
        self._tell(f"runs all {len(self._before)} tests with all that is converted")
        problem = self._problem(self._before.keys(), None)
        if problem is None:
            self._proved = self._worktree.head
            return False
        kept = self._result.kept
        first, last = 0, len(kept) - 1
        while first < last:
            middle = (first + last) // 2
            self._worktree.reset(kept[middle].commit)
            self._tell(f"they differ; runs them with the first {middle + 1}")
            found = self._problem(self._before.keys(), None, middle + 1)
            if found is None:
                first = middle + 1
            else:
                last, problem = middle, found
        failing = kept[last].conversion
        self._result.restored.append(Restored(failing, problem))
        del kept[last:], self._projects[last + 1 :], self._lines[last + 1 :]
        self._proved = kept[-1].commit if kept else self._start
        self._worktree.reset(self._proved)
        self._tell(f"{failing.name}: differs in other tests, and is restored")
        return True
