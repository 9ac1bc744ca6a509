"""Says whether a conversion makes tests reach less of a project than before.

A function that is as it was has to be reached in each line in which it was. What was rewritten has
other lines: it may not have more places that no test reaches than what it replaces, but for what a
conversion adds of itself.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from pathlib import Path
from textwrap import dedent

from ...sources.project import Project
from .. import refusal
from ..functions import binary_frames
from ..functions.handlers import HANDLER
from .lines import Reached
from .statements import Function, file_of, functions, is_reached

_GUARDS = {
    ast.unparse(ast.parse("\n".join(lines)))
    for lines in (refusal.guard("    "), binary_frames.failure("    "))
}
_SEND = ast.unparse(ast.parse(dedent(refusal.send_text("    ", "\n"))))
# Lines that a text names.
_SHOWN = 5


def fall(
    root: Path,
    before: Project,
    after: Project,
    was: Reached,
    now: Reached,
    differing: Collection[str] = (),
) -> str | None:
    """Return what tests do not reach any more, or ``None``.

    Args:
        root: The folder that files are relative to.
        before: The project with which ``was`` was measured.
        after: The project with which ``now`` was measured.
        was: The lines that tests reached.
        now: Those that the same tests reach now.
        differing: The files of which tests reach other lines in each run. What is rewritten in
            them cannot be compared.
    """
    for name, module in before.modules.items():
        if module.is_test or not module.is_python3:
            continue
        file = file_of(root, module)
        reached = was.get(file, frozenset()), now.get(file, frozenset())
        new = functions(after.modules.get(name))
        found = _lost_of_all(functions(module), new, *reached)
        if found is None and file not in differing:
            found = _more_of_all(functions(module), new, *reached)
        if found is not None:
            return f"{file}: {found}"
    return None


def _lost_of_all(
    old: dict[str, Function], new: dict[str, Function], was: Collection[int], now: Collection[int]
) -> str | None:
    for name, function in old.items():
        other = new.get(name)
        if other is not None and other.text == function.text:
            lines = _lost(function, other, was, now)
            if lines:
                return f"{_spelled(lines)} of {name} was reached by tests, and is not any more"
    return None


def _more_of_all(
    old: dict[str, Function], new: dict[str, Function], was: Collection[int], now: Collection[int]
) -> str | None:
    for name, function in old.items():
        other = new.get(name)
        if other is not None and other.text != function.text:
            found = _more([function], [other], was, now)
            if found is not None:
                return found
    gone = [each for name, each in old.items() if name not in new]
    added = [each for name, each in new.items() if name not in old]
    # Where nothing was replaced, it is the conversion's own.
    return _more(gone, added, was, now) if gone else None


def _lost(old: Function, new: Function, was: Collection[int], now: Collection[int]) -> list[int]:
    """The lines of a function that were reached and are not."""
    pairs = zip(old.statements(), new.statements(), strict=True)
    return [
        other.lineno
        for each, other in pairs
        if is_reached(each, was) and not is_reached(other, now)
    ]


def _more(
    old: list[Function], new: list[Function], was: Collection[int], now: Collection[int]
) -> str | None:
    before = sum(len(each.missing(was)) for each in old)
    missing = {each.name: [*_missing(each, now)] for each in new}
    if sum(map(len, missing.values())) <= before:
        return None
    places = "; ".join(f"{_spelled(lines)} of {name}" for name, lines in missing.items() if lines)
    return f"tests reached all but {before} places of this, and do not reach {places}"


def _missing(function: Function, reached: Collection[int]) -> Iterator[int]:
    """The places of a new function that tests do not reach, but for what a conversion adds."""
    if function.node.name == HANDLER or ast.unparse(function.node) == _SEND:
        return
    guards = {
        each.body[0].lineno
        for each in function.statements()
        if isinstance(each, ast.If) and ast.unparse(each) in _GUARDS
    }
    yield from (line for line in function.missing(reached) if line not in guards)


def _spelled(lines: list[int]) -> str:
    shown = ", ".join(map(str, lines[:_SHOWN]))
    more = f" and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
    return f"line {shown}{more}"
