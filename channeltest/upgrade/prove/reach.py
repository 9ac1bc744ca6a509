"""How many statements of a project's functions its tests reach, before and after a conversion."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import NamedTuple

from ...sources.project import Project
from .lines import Reached
from .statements import file_of, functions, is_reached

# A project, and the lines of it that tests reach.
Side = tuple[Project, Reached]


class Reach(NamedTuple):
    """How many statements tests reach.

    Attributes:
        before: How many they reached.
        of_before: Of how many.
        now: How many they reach now.
        of_now: Of how many.
    """

    before: int
    of_before: int
    now: int
    of_now: int

    def __str__(self) -> str:
        return f"{self.before} of {self.of_before} statements, now {self.now} of {self.of_now}"


def of_project(root: Path, before: Side, now: Side) -> Reach:
    """Return how much of all functions tests reach, those of tests left out.

    Args:
        root: The folder that files are relative to.
        before: The project as it was.
        now: The project as it is now.
    """
    sides = [_count(root, side, side[0].modules, lambda _: True) for side in (before, now)]
    return Reach(*sides[0], *sides[1])


def of_definitions(
    root: Path, sides: tuple[Side, Side], modules: Collection[str], names: Collection[str]
) -> Reach:
    """Return how much of some functions and classes tests reach.

    Args:
        root: The folder that files are relative to.
        sides: The project as it was, and as it is now.
        modules: The dotted names of the modules that define them.
        names: Their names.
    """
    first, second = (
        _count(root, side, modules, lambda name: name.partition(".")[0] in names) for side in sides
    )
    return Reach(*first, *second)


def reaches_new(
    root: Path, before: Project, after: Project, modules: Iterable[str], reached: Reached
) -> bool:
    """Whether a test reaches statements that a conversion has written.

    Args:
        root: The folder that files are relative to.
        before: The project before the conversion.
        after: The project after it.
        modules: The dotted names of the modules that have changed.
        reached: What the test reaches.
    """
    for name in modules:
        module = after.modules[name]
        if module.is_test:
            continue
        old = functions(before.modules.get(name))
        lines = reached.get(file_of(root, module), frozenset())
        for each, function in functions(module).items():
            same = old.get(each)
            texts = {ast.unparse(statement) for statement in same.statements()} if same else set()
            for statement in function.statements():
                # A block is new where it holds statements that are.
                is_new = not hasattr(statement, "body") and ast.unparse(statement) not in texts
                if is_new and is_reached(statement, lines):
                    return True
    return False


def _count(
    root: Path, side: Side, modules: Iterable[str], is_meant: Callable[[str], bool]
) -> tuple[int, int]:
    project, reached = side
    states: list[bool] = []
    for name in modules:
        module = project.modules.get(name)
        if module is None or module.is_test or not module.is_python3:
            continue
        lines = reached.get(file_of(root, module), frozenset())
        for each, function in functions(module).items():
            if is_meant(each):
                states += [is_reached(statement, lines) for statement in function.statements()]
    return sum(states), len(states)
