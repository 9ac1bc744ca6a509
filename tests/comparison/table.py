"""The table in the docs, written and read."""

from __future__ import annotations

import itertools
import pathlib
import platform
import re
from collections.abc import Mapping, Sequence

import django

from .features import all_features
from .libraries import LIBRARIES, Library
from .probe import NO, YES

TABLE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "reference" / "comparison_table.inc"

HEAD = """\
.. list-table::
   :header-rows: 1
   :widths: 49 17 17 17

"""

ROW = re.compile(r"^   \* - (.*)" + r"\n     - (.*)" * len(LIBRARIES) + "$", re.MULTILINE)


def render(columns: Sequence[Mapping[str, str]]) -> str:
    """Return the table's text.

    Args:
        columns: The answers of each library, by probes.
    """
    used = [*(library.versions for library in LIBRARIES), platform_versions()]
    lines = [".. Written by make comparison; do not edit.\n\n", "Run with:\n\n"]
    lines += [f"- {each}\n" for each in used]
    for group, members in itertools.groupby(all_features(), key=lambda each: each.group):
        lines += ["\n", HEAD, _row([f"**{group}**", *(f"``{each.name}``" for each in LIBRARIES)])]
        for feature in members:
            answers = (column[feature.probe.__name__] for column in columns)
            lines.append(_row([feature.name, *map(_cell, answers)]))
    return "".join(lines)


def platform_versions() -> str:
    """Return what all libraries ran on, as the table has it."""
    python = ".".join(platform.python_version_tuple()[:2])
    return f"Python {python}, Django {'.'.join(map(str, django.VERSION[:2]))}"


def read(library: Library) -> dict[str, str]:
    """Return the answers that the table in the docs has for a library, by probes."""
    column = LIBRARIES.index(library)
    cells = {name: row[column].strip("`") for name, *row in ROW.findall(TABLE.read_text())}
    return {each.probe.__name__: cells.get(each.name, "") for each in all_features()}


def is_of_today(library: Library) -> bool:
    """Whether the table was written with the versions that are installed."""
    text = TABLE.read_text()
    return f"- {library.versions}\n" in text and f"- {platform_versions()}\n" in text


def _cell(answer: str) -> str:
    return answer if answer in (YES, NO) else f"``{answer}``"


def _row(cells: Sequence[str]) -> str:
    return "   * - " + "\n     - ".join(cells) + "\n"
