"""The statements of a module's functions, and which of them tests reach."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...sources.module import Module

# What no line of a function's code stands for.
_NO_CODE = ast.Global | ast.Nonlocal
_DEFINITION = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Function:
    """A function of a module.

    Attributes:
        name: Its name, with those of the classes and functions that it is in.
        node: The function.
    """

    name: str
    node: ast.FunctionDef | ast.AsyncFunctionDef

    @property
    def text(self) -> str:
        """What it does, without comments and blank lines."""
        return ast.unparse(self.node)

    def statements(self) -> Iterator[ast.stmt]:
        """Yield its statements, but for those of functions inside of it."""
        yield from _every(self.node.body)

    def missing(self, reached: Collection[int]) -> list[int]:
        """Return the first lines of the places that no test reaches.

        Statements that follow each other are one place, with all that is in them.

        Args:
            reached: The lines of the module that tests reach.
        """
        return [*_missing(self.node.body, reached)]


def file_of(root: Path, module: Module) -> str:
    """Return the file of a module as records of lines name it.

    Args:
        root: The folder that files are relative to.
        module: The module.
    """
    return module.path.relative_to(root).as_posix()


def functions(module: Module | None) -> dict[str, Function]:
    """Return the functions of a module by their names, also methods and functions in functions.

    Args:
        module: The module; ``None`` has none.
    """
    found: dict[str, Function] = {}
    waiting: list[tuple[str, ast.AST]] = [("", module.tree)] if module else []
    while waiting:
        prefix, node = waiting.pop()
        for each in ast.iter_child_nodes(node):
            name = prefix
            if isinstance(each, _DEFINITION):
                name = base = f"{prefix}.{each.name}".removeprefix(".")
                count = 1
                while name in found:
                    count += 1
                    name = f"{base}#{count}"
                if not isinstance(each, ast.ClassDef):
                    found[name] = Function(name, each)
            waiting.append((name, each))
    return found


def is_reached(statement: ast.stmt, reached: Collection[int]) -> bool:
    """Whether tests reach a statement.

    Args:
        statement: The statement.
        reached: The lines of its module that tests reach.
    """
    last = statement.end_lineno or statement.lineno
    return any(line in reached for line in range(statement.lineno, last + 1))


def _has_code(statement: ast.stmt) -> bool:
    is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return not is_text and not isinstance(statement, _NO_CODE)


def _suites(statement: ast.stmt) -> Iterator[Sequence[ast.stmt]]:
    """The blocks in a statement, but for those of functions and classes."""
    if isinstance(statement, _DEFINITION):
        return
    for name in ("body", "orelse", "finalbody"):
        yield getattr(statement, name, [])
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield part.body


def _every(statements: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    for each in filter(_has_code, statements):
        yield each
        for suite in _suites(each):
            yield from _every(suite)


def _missing(statements: Sequence[ast.stmt], reached: Collection[int]) -> Iterator[int]:
    follows = False
    for each in filter(_has_code, statements):
        if is_reached(each, reached):
            follows = False
            for suite in _suites(each):
                yield from _missing(suite, reached)
        elif not follows:
            follows = True
            yield each.lineno
