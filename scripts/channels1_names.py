"""The names of Channels 1, and whether they are as they were, as the documentation lists them.

The names were recorded from the original (`tests.differential.names`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RECORDED = ROOT / "tests" / "differential" / "names.json"
GONE = ROOT / "tests" / "differential" / "gone.json"
DIFFERENCES = ROOT / "docs" / "reference" / "differences.rst"


def recorded() -> dict[str, list[str]]:
    """Return the original's names by module."""
    names: dict[str, list[str]] = json.loads(RECORDED.read_text("utf-8"))
    return names


def gone() -> dict[str, dict[str, str]]:
    """Return the names that are not there, by module, and why."""
    names: dict[str, dict[str, str]] = json.loads(GONE.read_text("utf-8"))
    return names


def mentioned() -> set[str]:
    """Return the names in the code of the page of differences."""
    literals = re.findall(r"``(.+?)``", DIFFERENCES.read_text("utf-8"), re.DOTALL)
    return {name for literal in literals for name in re.findall(r"\w+", literal)}


def table() -> Iterator[str]:
    """Yield the lines of the index, in reStructuredText: one row for each module with names."""
    yield from (".. list-table::", "   :header-rows: 1", "   :widths: 25 40 35", "")
    yield from ("   * - Module", "     - As it was", "     - On the page of differences, or gone")
    differing = mentioned()
    for module, names in sorted(recorded().items()):
        if names:
            reasons = gone().get(module, {})
            there = [name for name in names if name not in reasons]
            yield f"   * - ``{module}``"
            yield f"     - {_listed(name for name in there if name not in differing)}".rstrip()
            cell = [_listed(name for name in there if name in differing)]
            for reason in sorted(set(reasons.values())):
                cell.append(
                    f"gone: {_listed(n for n in reasons if reasons[n] == reason)} ({reason})"
                )
            yield f"     - {'; '.join(filter(None, cell))}".rstrip()


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"``{name}``" for name in names)
