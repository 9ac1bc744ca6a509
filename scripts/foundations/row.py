"""A row, and the ways to check that a release has what it is about."""

from __future__ import annotations

import inspect
import pkgutil
import re
from collections.abc import Callable
from typing import Any, NamedTuple


class Foundation(NamedTuple):
    """Something of another package that the sources lean on.

    Attributes:
        use: How the sources name it, as `scripts.private_names.uses` writes it; for public names,
            the name.
        what: Whose it is, and what it is.
        why: What it is needed for.
        instead: What to do when a release no longer has it.
        holds: Returns whether the installed release has it.
    """

    use: str
    what: str
    why: str
    instead: str
    holds: Callable[[], bool]


def of(path: str) -> Any:
    """Import what a path such as ``asyncio.queues:Queue.put`` names."""
    return pkgutil.resolve_name(path)


def has(path: str, *names: str) -> Callable[[], bool]:
    """Return a check that an object has attributes."""
    return lambda: all(hasattr(of(path), name) for name in names)


def sets(path: str, *names: str) -> Callable[[], bool]:
    """Return a check that the code of a function or class assigns these attributes."""
    return lambda: all(
        re.search(rf"\.{name}\b[^=\n]*=", inspect.getsource(of(path))) for name in names
    )


def variables(path: str, *names: str) -> Callable[[], bool]:
    """Return a check that a Python function has these local variables."""
    return lambda: set(names) <= set(of(path).__code__.co_varnames)


def accepts(path: str, *names: str) -> Callable[[], bool]:
    """Return a check that the parameters of a function begin with these."""
    return lambda: tuple(inspect.signature(of(path)).parameters)[: len(names)] == names


def loop_has(*names: str) -> Callable[[], bool]:
    """Return a check that a new event loop of asyncio has attributes."""

    def holds() -> bool:
        loop = of("asyncio:SelectorEventLoop")()
        try:
            return all(hasattr(loop, name) for name in names)
        finally:
            loop.close()

    return holds


def every(*checks: Callable[[], bool]) -> Callable[[], bool]:
    """Return a check that others hold."""
    return lambda: all(check() for check in checks)
