"""Write a page that shows a record of a suite, or compares two.

The page is one HTML file without anything outside it. Exit codes: 0 if it was written, 1 if it
was and the records differ, 2 if the command failed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..comparison.suites.files import read, uncovered, versions
from ..comparison.suites.old_records import OldRecords
from ..comparison.suites.run import Run, Verdict
from ..comparison.transcript import KINDS
from ..record.schema import Record
from .page import on, page, write

# Tests after which a terminal shows how far the comparison has come.
_SHOWN_EACH = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``channeltest report``.

    Args:
        parser: The parser of the subcommand.
    """
    parser.add_argument("before", metavar="RECORD", type=Path, help="the record of a suite")
    parser.add_argument(
        "after", metavar="NEW", type=Path, nargs="?", help="a newer one, compared with the first"
    )
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, required=True, help="the page")
    parser.add_argument(
        "--ignore", action="append", default=[], choices=KINDS, help="what may differ; repeatable"
    )


def run(options: argparse.Namespace) -> int:
    """Run ``channeltest report``.

    Args:
        options: What `add_arguments` defines.

    Returns:
        The exit code.
    """
    try:
        found = _run(options.before, options.after, options.ignore)
        title, about, before = _names(options.before, options.after)
        size = write(options.output, page(found, title, about, before))
    except (OSError, ValueError) as error:
        print(f"channeltest report: {error}", file=sys.stderr)
        return 2
    tests = len(found.records)
    print(f"{options.output}: {tests} tests, {len(found.verdicts)} differ, {size // 1000} kB")
    return 1 if found.verdicts else 0


def _run(before: Path, after: Path | None, ignore: list[str]) -> Run:
    """What two files have, as if the suite had just run and been compared."""
    newer = after or before
    records = read(newer)
    about = versions(newer)
    if after is None:
        return Run(records, {}, None, about, uncovered(newer))
    old = OldRecords([before], about["django"])
    verdicts = {}
    for name, record in _with_progress(records):
        text = old.describe(record, ignore)
        if text:
            verdicts[name] = Verdict(text, False, tuple(ignore))
    return Run(records, verdicts, old, about, uncovered(newer))


def _with_progress(records: Mapping[str, Record]) -> Iterator[tuple[str, Record]]:
    """Yield records by their names, and show on a terminal how many there were."""
    is_shown = sys.stderr.isatty()
    for number, item in enumerate(records.items()):
        if is_shown and number % _SHOWN_EACH == 0:
            print(f"\r{number} of {len(records)} tests", end="", file=sys.stderr, flush=True)
        yield item
    if is_shown:
        # The line goes again.
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _names(before: Path, after: Path | None) -> tuple[str, str, str]:
    """The title of the page, what it says below, and the name of the old file."""
    if after is None:
        return f"What the consumers did: {before.name}", on(versions(before)), ""
    title = f"{before.name} compared with {after.name}"
    return title, f"{on(versions(before))} \u2192 {on(versions(after))}", before.name
