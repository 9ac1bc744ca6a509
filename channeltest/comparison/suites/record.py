"""`SuiteRecord`: what one run of a suite records and compares, in all of its processes."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from ...config import has_settings
from ...database.rollback import KEYS
from ...layers.inspection import settle
from ...record.schema import Record, dumps
from ...record.tracing import trace
from .files import Stored, check_writable, read, versions, write
from .old_records import OldRecords, name_of
from .run import Reporter, Run, Verdict, Verdicts
from .selection import Selection
from .sent_steps import in_sent_steps
from .uncovered import Coverage

# The folder in which each process of the run writes what it has recorded.
PARTS = "CHANNELTEST_PARTS"

# Names of tests in a summary.
_SHOWN = 10


class SuiteRecord:
    """Records the tests of a run, and compares each with a file.

    Args:
        record: The file to record to, or ``None``. Records that it has of tests that do not run,
            fail or are skipped stay in it.
        compare: The file to compare with, or none. Further ones are of the same code; where they
            differ from the first, nothing is compared.
        ignore: What may differ, as for `channeltest.parity`.
        least: How many percent of the project's routes, handlers and groups tests have to reach;
            ``None`` if it is not measured.
        report: What shows the run in the end, or ``None``.

    Attributes:
        too_little: Whether the tests of the run, and those of ``record``, reach less.

    Raises:
        UnreadableRecord: A file cannot be read, is none, has another layout, or was cut off.
        UnwritableRecord: The record cannot be written.
        OSError: The file of the selection cannot be read.
    """

    def __init__(
        self,
        record: Path | None,
        compare: Sequence[Path] = (),
        ignore: Collection[str] = (),
        least: int | None = None,
        report: Reporter | None = None,
    ) -> None:
        self._report = report
        self._least = least
        self.too_little = False
        self._record = record
        self._compare = compare
        self._ignore = ignore
        self._old = OldRecords(compare)
        self._selection = Selection()
        self._kept = read(record) if record and record.exists() else {}
        self._trace: trace | None = None
        self.is_main = PARTS not in os.environ
        if self.is_main:
            if record is not None:
                check_writable(record)
            os.environ[PARTS] = tempfile.mkdtemp(prefix="channeltest-")
        self._parts = Path(os.environ[PARTS])

    def start(self) -> None:
        """Begin: keys that databases count begin anew for each test from now on."""
        KEYS.start()

    def runs(self, test: str) -> bool:
        """Whether the run has a test; the environment may have named some.

        Args:
            test: The name of the test.
        """
        return self._selection.has(test)

    def begin(self) -> None:
        """Begin the record of a test."""
        self.cancel()
        self._trace = trace()
        self._trace.__enter__()

    def cancel(self) -> None:
        """Forget the record of the test, which has not passed."""
        running, self._trace = self._trace, None
        if running is not None:
            running.__exit__(None, None, None)

    def passed(self, test: str, ignore: Collection[str] = ()) -> str:
        """End the record of a test that has passed.

        Args:
            test: The name of the test.
            ignore: What may differ in this test, beside what may in all.

        Returns:
            Where it differs from the file to compare with; ``""`` if it does not, or is new.
        """
        if self._trace is None:
            return ""
        settle()
        new = in_sent_steps(self._trace.as_record(test)).ordered()
        self.cancel()
        # Text files and buffers take longer to open than this takes to write.
        with open(self._part(), "ab", buffering=0) as part:
            part.write(dumps([new]).encode())
        text = self._old.describe(new, {*self._ignore, *ignore})
        if text and self._report is not None:
            self._verdicts().add(test, Verdict(text, False, tuple(ignore)))
        return text

    def failed(self, test: str, text: str) -> None:
        """End the record of a test that has failed; only a report has it.

        Args:
            test: The name of the test.
            text: The failure.
        """
        running = self._trace
        if self._report is not None:
            record = None if running is None else in_sent_steps(running.as_record(test)).ordered()
            self._verdicts().add(test, Verdict(text, True), record)
        self.cancel()

    def _part(self) -> str:
        return f"{self._parts}/{os.getpid()}.jsonl"

    def _verdicts(self) -> Verdicts:
        return Verdicts(self._parts / f"{os.getpid()}.verdicts")

    def finish(self) -> list[str]:
        """End the run: write the file.

        Returns:
            Lines for whoever has started the run; none in its other processes.
        """
        self.cancel()
        KEYS.stop()
        if not self.is_main:
            return []
        del os.environ[PARTS]
        parts = sorted(self._parts.glob("*.jsonl"))
        text = "".join([part.read_text(encoding="utf-8") for part in parts])
        new = Stored(text)
        failed, verdicts = self._failed()
        shutil.rmtree(self._parts)
        lines = []
        kept = [each for test, each in self._kept.items() if test not in new]
        uncovered = self._uncovered(itertools.chain(kept, new.values()))
        if self._record is not None:
            write(self._record, dumps(kept) + text, [line.strip() for line in uncovered[1:]])
            lines.append(
                f"recorded {len(new)} tests in {self._record}"
                + (f"; kept {len(kept)} that did not run, or not pass" if kept else "")
            )
        if self._compare:
            lines += self._compared(new)
        if self._report is not None:
            records = {**new, **failed}
            old = self._old if self._compare else None
            # Without settings there is no routing of a project.
            reached = [*Coverage(records.values()).lines()] if has_settings() else []
            missing = [each.strip() for each in reached[1:]]
            lines.append(self._report(Run(records, verdicts, old, versions(), missing)))
        return lines + uncovered

    def _failed(self) -> tuple[dict[str, Record], dict[str, Verdict]]:
        """The records of tests that failed, and all verdicts, of every process."""
        records: dict[str, Record] = {}
        verdicts: dict[str, Verdict] = {}
        for part in sorted(self._parts.glob("*.verdicts")):
            for test, verdict, record in Verdicts(part).read():
                ignore = (*self._ignore, *verdict.ignore)
                earlier = verdicts.get(test)
                # Several subtests may have failed.
                text = f"{earlier.text}\n{verdict.text}" if earlier else verdict.text
                verdicts[test] = Verdict(text, verdict.failed, ignore)
                if record is not None:
                    records[test] = record
        return records, verdicts

    def _uncovered(self, records: Iterable[Record]) -> list[str]:
        if self._least is None:
            return []
        coverage = Coverage(records)
        self.too_little = coverage.percent < self._least
        more = f", and not {self._least} %" if self.too_little else ""
        first, *others = coverage.lines()
        return [f"{first}{more}" + (":" if others else ""), *others]

    def _compared(self, new: Stored) -> list[str]:
        tests = {name_of(test): test for test in new}
        added = sorted(tests.keys() - self._old.keys())
        gone = sorted(self._old.keys() - tests.keys())
        renamed = []
        for name in list(added):
            events = new[tests[name]].events
            same = [each for each in gone if self._old[each].events == events != ()]
            if len(same) == 1:
                renamed.append(f"{same[0]} -> {name}")
                added.remove(name)
                gone.remove(same[0])
        lines = [f"compared {len(tests.keys() & self._old.keys())} tests with {self._compare[0]}"]
        for title, names in (
            ("did not run or not pass, and are not compared", gone),
            ("are new, and not compared", added),
            ("have other names now, and the same record", renamed),
        ):
            if names:
                lines.append(f"{len(names)} {title}:")
                lines += [f"  {name}" for name in names[:_SHOWN]]
                lines += [f"  ... and {len(names) - _SHOWN} more"] * (len(names) > _SHOWN)
        return lines
