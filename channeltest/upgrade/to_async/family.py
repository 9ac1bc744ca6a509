"""A consumer with the classes of the project that derive from it: they become async together."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from ...sources.module import Module


@dataclass
class Member:
    """A class of a family.

    Attributes:
        module: The module that defines it.
        node: The class.
        base: What it derives from, as the source has it.
    """

    module: Module
    node: ast.ClassDef
    base: ast.expr

    @property
    def name(self) -> str:
        """Its dotted name."""
        return f"{self.module.name}.{self.node.name}"


@dataclass
class Family:
    """A sync consumer, with the classes of the project that derive from it.

    Attributes:
        base: The dotted name of the class of Channels that the first one derives from.
        members: The classes, the first one first.
    """

    base: str
    members: list[Member] = field(default_factory=list)

    def methods(self, name: str) -> Iterator[tuple[Member, ast.FunctionDef]]:
        """Yield what the classes define under a name, where it is a function.

        Args:
            name: The name.
        """
        for member in self.members:
            for node in member.node.body:
                if isinstance(node, ast.FunctionDef) and node.name == name:
                    yield member, node

    def variable(self, name: str) -> Iterator[tuple[Member, ast.expr]]:
        """Yield what the classes assign to a name.

        Args:
            name: The name.
        """
        for member in self.members:
            for node in member.node.body:
                if isinstance(node, ast.Assign) and any(
                    isinstance(each, ast.Name) and each.id == name for each in node.targets
                ):
                    yield member, node.value
