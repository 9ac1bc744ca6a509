"""What an expression stands for, as far as it matters to code that runs in an event loop."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from ...sources.module import Module
from ...sources.project import Project
from .family import Family

# ``"data"``: what messages and JSON are made of. ``"consumer"``: an instance of the family.
# ``"function"``: what may be called with data, and neither waits nor reads a database.
Kind = Literal["data", "user", "scope", "layer", "consumer", "function"]

# Whose model users are of: Django's, or the project's; or they load when they are read.
Users = Literal["django", "own", "lazy"]

NOUNS: dict[Kind, str] = {
    "data": "data",
    "user": "the user",
    "scope": "the scope",
    "layer": "the channel layer",
    "consumer": "the consumer",
    "function": "a function",
}


def larger(first: Kind, second: Kind) -> Kind:
    """Return what a variable is that may be one of two: what less may be done with."""
    return second if first == "data" else first


@dataclass(frozen=True)
class Function:
    """A function or a method of the project.

    Attributes:
        module: The module that defines it.
        node: The function.
        owner: The class that it is a method of, or ``None``.
    """

    module: Module
    node: ast.FunctionDef
    owner: ast.ClassDef | None = None

    @property
    def name(self) -> str:
        """Its dotted name."""
        parts = [self.module.name, self.owner.name if self.owner else "", self.node.name]
        return ".".join(filter(None, parts))

    @property
    def decorators(self) -> list[str]:
        """The dotted names of its decorators; ``""`` for one that has none."""
        return [
            self.module.meaning(each) or (each.id if isinstance(each, ast.Name) else "")
            for each in self.node.decorator_list
        ]


@dataclass(frozen=True)
class Argument:
    """What a function is called with.

    Attributes:
        name: The keyword, or ``None`` where it is known by its place.
        kind: What it is.
    """

    name: str | None
    kind: Kind


class Surroundings(Protocol):
    """What an expression may refer to: the consumer that runs it, and the rest of the project."""

    project: Project
    family: Family
    attributes: dict[str, Kind]
    users: Users

    def store(self, attribute: str, kind: Kind) -> None:
        """Note what an attribute of the consumer is assigned."""
        raise NotImplementedError

    def called(self, function: Function, arguments: Sequence[Argument]) -> Kind:
        """Return what a function of the project returns.

        Raises:
            Left: It may wait, or read a database.
        """
        raise NotImplementedError
