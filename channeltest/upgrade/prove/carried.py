"""Keeps what is known of reached lines while conversions move and rewrite them.

After a conversion only some tests have run. What the others reach is known as well: a function that
is as it was has the same statements at other lines.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from ...sources.project import Project
from .lines import Lines
from .statements import Function, file_of, functions, is_reached


def carried(
    root: Path, before: Project, after: Project, known: Lines, run: Lines, tests: Collection[str]
) -> Lines:
    """Return what tests reach after a conversion.

    Args:
        root: The folder that files are relative to.
        before: The project before the conversion.
        after: The project after it.
        known: What each test reached before it.
        run: What the tests that have run since reach.
        tests: Those tests.
    """
    found = {test: dict(files) for test, files in known.tests.items()}
    for name, module in after.modules.items():
        old_module = before.modules.get(name)
        if old_module is module or not module.is_python3:
            continue
        file = file_of(root, module)
        is_same = file not in known.differing
        old, new = functions(old_module), functions(module)
        for test, files in found.items():
            was = files.get(file, frozenset())
            now = (
                run.of([test]).get(file, frozenset()) if test in tests and is_same else frozenset()
            )
            files[file] = frozenset(_lines(old, new, was, now))
    return Lines(found, known.problem, known.differing)


def _lines(
    old: dict[str, Function], new: dict[str, Function], was: Collection[int], now: Collection[int]
) -> Iterator[int]:
    for name, function in new.items():
        same = old.get(name)
        if same is None or same.text != function.text:
            yield from (each.lineno for each in function.statements() if is_reached(each, now))
            continue
        for each, other in zip(same.statements(), function.statements(), strict=True):
            if is_reached(each, was):
                yield other.lineno
