"""The text of a failure where a test differs from its record."""

from __future__ import annotations

import ast
import json
from collections.abc import Collection, Iterator
from typing import Any

from ..record.schema import Record
from ..record.text import shortened
from .difference import FirstDifference, difference, first_difference
from .transcript import transcript

# Lines of a failure.
MOST = 25


def describe(old: Record, new: Record, ignore: Collection[str], file: str) -> str:
    """Return where two records of one test differ; ``""`` if they do not.

    Args:
        old: The record of the file.
        new: The record of the test that has just run.
        ignore: As for `channeltest.parity`.
        file: The name of the file.

    Returns:
        The test, the step, the number of the frame, the path of the value in its JSON, the old and
        the new value, and the lines around; 25 lines at most.
    """
    sides = [transcript(each.events, ignore) for each in (old, new)]
    first = first_difference(*sides)
    if first is None:
        return ""
    lines = [f"{new.test}: the consumers do not do what {file} has", *_where(first)]
    lines += ["(- recorded, + now):", *difference(*sides).splitlines()]
    if len(lines) > MOST:
        lines = [*lines[: MOST - 1], f"  ... (and {len(lines) - MOST + 1} more lines)"]
    return "\n".join(lines)


def _where(first: FirstDifference) -> Iterator[str]:
    yield f"step {first.step}: {shortened(first.heading) or '(before the first step)'}"
    path, old, new = _values(first)
    place = f"{first.place} (number {first.number})" if first.place else "the step itself"
    yield f"{place}{f', at {path}' if path else ''}"
    yield f"  recorded: {shortened(old)}"
    yield f"  now:      {shortened(new)}"


def _values(first: FirstDifference) -> tuple[str, str, str]:
    """The path of the first value that differs, and both values."""
    if first.old is None or first.new is None:
        return "", first.old or "(nothing)", first.new or "(nothing)"
    old, new = _data(first.old), _data(first.new)
    if type(old) is type(new) and isinstance(old, dict | list):
        for path, one, other in _differing("$", old, new):
            return path, _shown(one), _shown(other)
    return "", first.old, first.new


_MISSING = object()


def _shown(value: Any) -> str:
    return "(nothing)" if value is _MISSING else json.dumps(value, default=repr)


def _data(effect: str) -> Any:
    """The content of an effect, ``text '{"a": 1}'`` or ``{'a': 1}``, if it is plain data."""
    text = effect.removeprefix("text ").removeprefix("bytes ")
    try:
        value = ast.literal_eval(text)
        return json.loads(value) if isinstance(value, str | bytes) else value
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None


def _differing(path: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    """Each place in two values that differ, innermost first."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            yield from _differing(f"{path}.{key}", old.get(key, _MISSING), new.get(key, _MISSING))
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            one, other = ([*each[index : index + 1], _MISSING][0] for each in (old, new))
            yield from _differing(f"{path}[{index}]", one, other)
    elif old is _MISSING or new is _MISSING or old != new:
        yield path, old, new
