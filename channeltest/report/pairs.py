"""Two transcripts side by side, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import NamedTuple

from ..comparison.difference import signed_lines
from ..comparison.steps import INDENT, blocks
from .rows import visible


class Pair(NamedTuple):
    """A line of each of two transcripts.

    Attributes:
        old: The line of the old one; ``None`` if it has none there.
        new: The line of the new one; ``None`` if it has none there.
        is_step: Whether it is a step of the test, and not what followed from one.
    """

    old: str | None
    new: str | None
    is_step: bool


def pairs(old: list[str], new: list[str]) -> Iterator[Pair]:
    """Yield the lines of two transcripts side by side.

    Args:
        old: The lines of the old transcript.
        new: The lines of the new one.
    """
    gone: list[str] = []
    come: list[str] = []
    for line in signed_lines(list(blocks(old)), list(blocks(new))):
        if line[0] == "-":
            gone.append(line[1:])
        elif line[0] == "+":
            come.append(line[1:])
        else:
            yield from _changed(gone, come)
            yield _pair(line[1:], line[1:])
    yield from _changed(gone, come)


def _changed(gone: list[str], come: list[str]) -> Iterator[Pair]:
    """The pairs of lines that were replaced; the lists are empty afterwards."""
    for one, other in zip_longest(gone, come):
        yield _pair(one, other)
    gone.clear()
    come.clear()


def _pair(old: str | None, new: str | None) -> Pair:
    is_step = not (old or new or "").startswith(INDENT)
    one, other = (each if each is None else visible(each.strip()) for each in (old, new))
    return Pair(one, other, is_step)
