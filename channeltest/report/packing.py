"""The data of a report, packed into a short text that its script unpacks.

Thousands of tests send the same few messages. So each text stands once in a list of texts, each
row once in a list of rows, and each record once as a list of row numbers; what is left is
compressed.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Hashable, Iterable, Mapping
from typing import Any, Generic, TypeVar

from ..record.schema import Record
from .results import STATUSES, Result
from .rows import Row, rows, visible

# The texts of a row; what follows is whether it is a step.
_FIELDS = len(Row._fields) - 1

_T = TypeVar("_T", bound=Hashable)


class _Numbers(Generic[_T]):
    """Values, each once, and their numbers, from 0."""

    def __init__(self) -> None:
        self._found: dict[_T, int] = {}

    def of(self, value: _T) -> int:
        return self._found.setdefault(value, len(self._found))

    def __iter__(self) -> Any:
        return iter(self._found)


def packed(results: Iterable[Result], about: Mapping[str, Any]) -> str:
    """Return the data of a report: JSON, deflated, in Base64.

    Args:
        results: What it says of each test.
        about: What else its script needs, as JSON.
    """
    data = json.dumps({**about, **_data(results)}, separators=(",", ":"))
    return base64.b64encode(zlib.compress(data.encode(), 9)).decode()


def _data(results: Iterable[Result]) -> dict[str, Any]:
    texts: _Numbers[str] = _Numbers()
    every: _Numbers[Row] = _Numbers()
    records: _Numbers[tuple[int, ...]] = _Numbers()

    def record(found: Record | None) -> int:
        if found is None:
            return -1
        return records.of(tuple(every.of(row) for row in rows(found.events)))

    def text(value: str | None) -> int:
        return -1 if value is None else texts.of(value)

    tests = [
        [
            text(visible(each.name)),
            STATUSES.index(each.status),
            text(visible(each.text)),
            record(each.before),
            record(each.after),
            [number for pair in each.pairs for number in (*map(text, pair[:2]), int(pair.is_step))],
        ]
        for each in results
    ]
    # By columns: neighbours are alike, and are compressed well.
    columns = [_steps(texts.of(row[field]) for row in every) for field in range(_FIELDS)]
    is_step = [int(row.is_step) for row in every]
    return {
        "statuses": STATUSES,
        "tests": tests,
        "records": [_steps(each) for each in records],
        "rows": [*columns, is_step],
        "texts": list(texts),
    }


def _steps(numbers: Iterable[int]) -> list[int]:
    """Each number less the one before it: what is new has the next number."""
    found, last = [], 0
    for number in numbers:
        found.append(number - last)
        last = number
    return found
