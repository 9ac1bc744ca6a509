"""Noise: what differs between two runs of one suite, measured by recording it twice."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from .steps import blocks, heading_of, place_of

_TOKEN = re.compile(r"\w+|\W")

# Tokens of a line; where the two old lines differ, the differing stretches of both.
_Part = str | tuple[str, str]

# The lines of a step by what they went to.
_Places = dict[str, list[str]]


def without_noise(old: list[str], again: list[str], new: list[str]) -> list[str]:
    """Return a new transcript with the old values where two old runs differ from each other.

    A value that both old runs have in several places has to be one value in the new one, too.
    Where the old runs differ in the number of effects, those of the step that went to the same
    place are not compared; where they differ in the steps, nothing of the test is.

    Args:
        old: The transcript of an old run.
        again: That of another old run of the same code.
        new: The transcript of the new run.
    """
    if old == again:
        return new
    sides = [list(blocks(each)) for each in (old, again)]
    values: dict[tuple[str, str], str] = {}
    # A step itself may have noise: what a test sends may be random.
    if len(sides[0]) != len(sides[1]):
        return old
    found: list[str] = []
    for number, block in enumerate(blocks(new)):
        if number < len(sides[0]):
            found += _step(sides[0][number], sides[1][number], block, values)
        else:
            found += block
    return found


def _step(
    old: list[str], again: list[str], new: list[str], values: dict[tuple[str, str], str]
) -> Iterator[str]:
    """The lines of one step."""
    one, other, now = (_by_place(each) for each in (old, again, new))
    yield from _place(one.pop("", []), other.pop("", []), now.pop("", []), values)
    _rename(one, other, now, values)
    for place in sorted({*one, *now}):
        yield from _place(one.get(place, []), other.get(place, []), now.get(place, []), values)


def _place(
    old: list[str], again: list[str], new: list[str], values: dict[tuple[str, str], str]
) -> Iterator[str]:
    """The lines of what went to one place."""
    if len(old) != len(again):
        yield from old
        return
    for index, line in enumerate(new):
        if index < len(old):
            is_noise = _fits(_parts(old[index], again[index]), line, values)
            yield old[index] if is_noise else line
        else:
            yield line


def _rename(old: _Places, again: _Places, new: _Places, values: dict[tuple[str, str], str]) -> None:
    """Give places whose names are noise the names that they have in the old run.

    A group may be named after something random: ``group board-x7f3``.
    """
    for place in [each for each in old if each not in again]:
        twins = [each for each in again if each not in old]
        fitting = [_parts(place, each) for each in twins]
        known = [all(part in values or isinstance(part, str) for part in each) for each in fitting]
        # Without a value that is known from elsewhere there may be no other one.
        index = known.index(True) if any(known) else 0 if len(twins) == 1 else -1
        if index < 0:
            continue
        again[place] = again.pop(twins[index])
        for each in [name for name in new if name not in old]:
            if _fits(fitting[index], each, values):
                new[place] = new.pop(each)
                break


def _by_place(block: list[str]) -> _Places:
    """The lines of a step by what they went to; the step itself went to ``""``."""
    found: _Places = {}
    heading = heading_of(block)
    for index, line in enumerate(block):
        place = "" if heading and index == 0 else place_of(line)
        found.setdefault(place, []).append(line)
    return found


def _parts(one: str, other: str) -> list[_Part]:
    """What two lines have in common, and where they differ."""
    if one == other:
        return [one]
    old, again = _TOKEN.findall(one), _TOKEN.findall(other)
    matcher = difflib.SequenceMatcher(None, old, again, autojunk=False)
    return [
        "".join(old[first:last])
        if tag == "equal"
        else ("".join(old[first:last]), "".join(again[first_again:last_again]))
        for tag, first, last, first_again, last_again in matcher.get_opcodes()
    ]


def _fits(parts: list[_Part], line: str, values: dict[tuple[str, str], str]) -> bool:
    """Whether a line is an old one but for its noise; its values are remembered."""
    pattern = ""
    slots: list[tuple[str, str]] = []
    for part in parts:
        if isinstance(part, str):
            pattern += re.escape(part)
        elif part in values:
            pattern += re.escape(values[part])
        elif part in slots:
            pattern += f"(?P=n{slots.index(part)})"
        else:
            pattern += f"(?P<n{len(slots)}>.*?)"
            slots.append(part)
    match = re.fullmatch(pattern, line, re.DOTALL)
    if match is None:
        return False
    values.update((slot, match[f"n{index}"]) for index, slot in enumerate(slots))
    return True
