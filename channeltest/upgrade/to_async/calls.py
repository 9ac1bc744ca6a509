"""What a function does that has to be awaited, and which functions it calls."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from ...sources.module import Module


@dataclass(frozen=True)
class Await:
    """A call that has to be awaited in an async function.

    Attributes:
        call: The call.
        layer: The method of the channel layer, where ``async_to_sync`` calls it.
    """

    call: ast.Call
    layer: ast.expr | None = None


@dataclass(frozen=True)
class Edge:
    """A place that calls a function of the project, or reads a property.

    Attributes:
        module: The module of the place.
        node: The call or the attribute.
        callee: The ``id()`` of the function.
        problem: Why it cannot be awaited here; ``""`` where it can.
    """

    module: Module
    node: ast.expr
    callee: int
    problem: str


@dataclass
class Doing:
    """What a function does.

    Attributes:
        awaits: Its calls of the consumer's base, and of the channel layer.
        edges: Its calls of functions of the project.
    """

    awaits: list[Await] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
