"""Where two transcripts differ, in words."""

from __future__ import annotations

import ast
import difflib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import zip_longest
from typing import Any, NamedTuple

from ..record.schema import Record
from ..record.text import shortened
from .canonical import Forms
from .noise import without_noise
from .steps import blocks, heading_of, place_of
from .transcript import INDENT, Effect, transcript

# Lines around a difference.
_CONTEXT = 6

# Lines that are compared where the steps themselves differ, and lines that are shown.
_COMPARED = 2000
_SHOWN = 500

_Block = list[str]

_ORDER = (
    "(The same, in another order. What a consumer of Channels 1 sends leaves when it has finished, "
    "unless it\nsends with immediately=True; what a modern one sends leaves at once, and what it "
    "sends to a group that it is in\nreaches its own client after its handler has returned.)"
)


def difference(old: list[str], new: list[str]) -> str:
    """Return where two transcripts differ, with some lines around; ``""`` if they do not.

    Steps that are the same on both sides are compared one by one, so that the time it takes grows
    with the length of the transcripts only.

    Args:
        old: The lines of `channeltest.comparison.transcript.transcript` under the old routing.
        new: The lines under the new one.
    """
    if old == new:
        return ""
    lines = list(signed_lines(list(blocks(old)), list(blocks(new))))
    text = "\n".join(_with_context(lines))
    return f"{text}\n{_ORDER}" if text and _is_of_order(lines) else text


class FirstDifference(NamedTuple):
    """The first line in which two transcripts differ.

    Attributes:
        step: The number of the step, from 1.
        heading: The step itself.
        place: What the effect went to, ``"client 1"``; ``""`` if the steps differ.
        number: The number of the effect among those that went there, from 1.
        old: The effect, or the step, under the old routing; ``None`` if there is none.
        new: The same under the new routing.
    """

    step: int
    heading: str
    place: str
    number: int
    old: str | None
    new: str | None


def first_difference(old: list[str], new: list[str]) -> FirstDifference | None:
    """Return the first line in which two transcripts differ, or ``None``.

    Args:
        old: As for `difference`.
        new: As for `difference`.
    """
    seen: Counter[str] = Counter()
    one: _Block
    other: _Block
    for step, (one, other) in enumerate(zip_longest(blocks(old), blocks(new), fillvalue=[]), 1):
        heading = heading_of(one)
        if heading != heading_of(other):
            return FirstDifference(step, heading, "", 0, heading or None, heading_of(other) or None)
        one, other = _reconciled(one, other), _reconciled(other, one)
        for line, other_line in zip_longest(one, other):
            place = place_of(line or other_line)
            seen[place] += 1
            if line != other_line:
                if line and other_line and place != place_of(other_line):
                    # One side has an effect more; the places are in one order on both sides.
                    place = min(place, place_of(other_line))
                    line = line if place_of(line) == place else None
                    other_line = other_line if place_of(other_line) == place else None
                found = [each and _content(each, place) for each in (line, other_line)]
                return FirstDifference(step, heading, place, seen[place], *found)
    return None


def _content(line: str, place: str) -> str:
    return line.strip().removeprefix(place).removeprefix(" <-").removeprefix(":").strip()


def at_failure(old: list[str], new: list[str], failed: str) -> str:
    """Return what both sides did at the last step of the side on which the test failed.

    Args:
        old: As for `difference`.
        new: As for `difference`.
        failed: The side on which the test failed, ``"old"`` or ``"new"``.

    Returns:
        What differs before that step, the step, and what followed from it on each side. ``""`` if
        the test failed before its first step.
    """
    sides = {"old": list(blocks(old)), "new": list(blocks(new))}
    last = len(sides[failed]) - 1
    if last < 0:
        return ""
    step = heading_of(sides[failed][last])
    shown = list(_with_context(list(signed_lines(sides["old"][:last], sides["new"][:last]))))
    shown.append(f"  {step}" if step else "  (before the first step)")
    for name, steps in sides.items():
        block = steps[last] if last < len(steps) else []
        effects = [line.strip() for line in block if line.startswith(INDENT)] or ["(nothing)"]
        if heading_of(block) != step:
            effects = [f"(another step: {heading_of(block) or 'none'})"]
        shown += [f"      {name}: {effect}" for effect in effects]
    return "\n".join(shown)


def signed_lines(old: list[list[str]], new: list[list[str]]) -> Iterator[str]:
    """Yield all lines of two transcripts, with a sign before each: a space, a minus or a plus.

    Args:
        old: The steps of a transcript, as `channeltest.comparison.steps.blocks` yields them.
        new: Those of the other one.
    """
    same = 0
    for one, other in zip(old, new, strict=False):
        if heading_of(one) != heading_of(other):
            break
        same += 1
        if one == other:
            yield from (f" {line}" for line in one)
        else:
            yield from _diff(_reconciled(one, other), _reconciled(other, one))
    rest_of_old = [line for block in old[same:] for line in block]
    rest_of_new = [line for block in new[same:] for line in block]
    yield from _diff(rest_of_old[:_COMPARED], rest_of_new[:_COMPARED])


def _reconciled(lines: _Block, others: _Block) -> _Block:
    """The lines as the other side has them, where that is no difference.

    A message has its ``type`` where the other side's has it, and an empty frame that no server of
    Channels 1 passed on is there where the other side has one.
    """
    return [
        line.typed
        if isinstance(line, Effect) and line.typed in others and line not in others
        else line
        for line in lines
        if not (isinstance(line, Effect) and line.unsent and line not in others)
    ]


def _diff(old: _Block, new: _Block) -> Iterator[str]:
    matcher = difflib.SequenceMatcher(None, old, new)
    for tag, first, last, first_new, last_new in matcher.get_opcodes():
        if tag == "equal":
            yield from (f" {line}" for line in old[first:last])
        else:
            yield from (f"-{line}" for line in old[first:last])
            yield from (f"+{line}" for line in new[first_new:last_new])


def _with_context(lines: list[str]) -> Iterator[str]:
    """The lines that differ, and those around them; what is between is left out."""
    end = heading = shown = 0
    for number, line in enumerate(lines):
        if not line.startswith(INDENT, 1):
            heading = number
        if line[0] == " ":
            continue
        start = max(number - _CONTEXT, end)
        if start > end or not end:
            yield "  ..."
            if end <= heading < start:
                # The step that it followed from.
                yield from (_readable(lines[heading]), "  ...")
        stop = min(number + _CONTEXT + 1, len(lines))
        yield from map(_readable, lines[start:stop])
        shown += max(0, stop - start)
        end = max(stop, end)
        if shown > _SHOWN:
            yield "  ... (and more)"
            return


def _is_of_order(lines: list[str]) -> bool:
    """Whether the sides have the same lines, and only their order differs."""
    gone = sorted(line[1:] for line in lines if line[0] == "-")
    come = sorted(line[1:] for line in lines if line[0] == "+")
    return gone == come


def _readable(line: str) -> str:
    text = line[1:]
    indent = text[: len(text) - len(text.lstrip())]
    # What differs is shown in full.
    text = f"{indent}{shortened(text)}" if line[0] == " " else text
    return f"{line[0]} {text}"


# Lines of a failure.
MOST = 25

# The line above those around a difference.
AROUND = "(- recorded, + now):"


def describe(
    old: Record, new: Record, ignore: Collection[str], file: str, again: Iterable[Record] = ()
) -> str:
    """Return where two records of one test differ; ``""`` if they do not.

    Args:
        old: The record of the file.
        new: The record of the test that has just run.
        ignore: As for `channeltest.parity`.
        file: The name of the file.
        again: Records of the same test in other runs of the old code.

    Returns:
        The test, the step, the number of the frame, the path of the value in its JSON, the old and
        the new value, and the lines around; 25 lines at most.
    """
    sides = transcripts(old, new, ignore, again)
    first = first_difference(*sides)
    if first is None:
        return ""
    lines = [f"{new.test}: the consumers do not do what {file} has", *_where(first)]
    lines += [AROUND, *difference(*sides).splitlines()]
    if len(lines) > MOST:
        lines = [*lines[: MOST - 1], f"  ... (and {len(lines) - MOST + 1} more lines)"]
    return "\n".join(lines)


def transcripts(
    old: Record, new: Record, ignore: Collection[str], again: Iterable[Record] = ()
) -> tuple[list[str], list[str]]:
    """Return the transcripts of two records of one test, as they are compared.

    Args:
        old: As for `describe`.
        new: As for `describe`.
        ignore: As for `describe`.
        again: As for `describe`. What differs between old runs is in the new transcript as the old
            one has it.
    """
    forms = Forms()
    one, other = (transcript(each.events, ignore, forms) for each in (old, new))
    for each in again:
        other = without_noise(one, transcript(each.events, ignore, forms), other)
    return one, other


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
