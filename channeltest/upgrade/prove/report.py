"""The report of a proof: what is converted and proved, unproved, and not converted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..outcome import Finding
from .proving import Kept, Restored, Result

# Characters of a commit that a report shows.
_COMMIT = 10


def lines(result: Result, folder: Path, place: str) -> Iterator[str]:
    """Yield the lines of a report.

    Args:
        result: What became of the project.
        folder: The folder that paths are shown from.
        place: Where the commits are, as a sentence; ``""`` if there are none.
    """
    proved = [each for each in result.kept if each.proof.tests]
    unproved = [each for each in result.kept if not each.proof.tests]
    yield from _table("Converted and proved", [_row(each) for each in proved])
    yield from _table("Converted and unproved", [_row(each) for each in unproved])
    yield from _table("Stay sync", [_stays(each, folder) for each in result.sync])
    number = len(result.restored) + len(result.left)
    if number:
        yield f"Not converted ({number})"
        for restored in result.restored:
            yield from _restored(restored)
        for finding in result.left:
            yield f"  {_place(finding, folder)}: {finding.code} {finding.text}"
        yield ""
    yield (
        f"{len(proved)} converted and proved, {len(unproved)} converted and unproved, {number} not "
        "converted."
    )
    if result.kept:
        yield f"All {result.tests} tests of the record pass and say the same. {place}"
    if result.reach is not None:
        yield f"Of all functions the tests reached {result.reach}."
    elif result.unmeasured:
        yield f"Which lines the tests reach was not measured: {result.unmeasured}."


def _row(kept: Kept) -> tuple[str, ...]:
    code, name = kept.conversion.key
    reach = "" if kept.reach is None or not kept.reach.of_now else f"({kept.reach})"
    return kept.commit[:_COMMIT], code, name, str(kept.proof), reach


def _stays(finding: Finding, folder: Path) -> tuple[str, ...]:
    return f"{_place(finding, folder)}:", finding.code, finding.text


def _table(title: str, rows: list[tuple[str, ...]]) -> Iterator[str]:
    if rows:
        yield f"{title} ({len(rows)})"
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
            yield f"  {'  '.join(cells).rstrip()}"
        yield ""


def _restored(restored: Restored) -> Iterator[str]:
    code, name = restored.conversion.key
    yield f"  {name}: {code} was tried, and is as it was:"
    for line in restored.reason.splitlines():
        yield f"    {line}".rstrip()


def _place(finding: Finding, folder: Path) -> str:
    path = finding.path
    shown = path.relative_to(folder) if folder in path.parents else path
    return f"{shown.as_posix()}:{finding.line}"
