"""The class-based consumers of a project: those of 1.x's generic classes, with their subclasses."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from ...sources.module import Module
from ...sources.project import Project

OLD = "channels.generic.websockets."
# The generic consumers of 1.x, each with whether its frames are JSON.
_BASES = {OLD + "WebsocketConsumer": False, OLD + "JsonWebsocketConsumer": True}


@dataclass(frozen=True)
class Member:
    """A class-based consumer.

    Attributes:
        module: The module that defines it.
        node: The class.
        base: The base that makes it a consumer, as it spells it.
        is_json: Whether its frames are JSON.
        parent: The consumer of the project that it derives from, or ``None``.
    """

    module: Module
    node: ast.ClassDef
    base: ast.expr
    is_json: bool
    parent: Member | None = None

    @property
    def name(self) -> str:
        """The dotted name of the class."""
        return f"{self.module.name}.{self.node.name}"


def families(project: Project) -> list[list[Member]]:
    """Return the consumers that derive from each other, bases first.

    Args:
        project: The project.
    """
    found = [[each] for each in _roots(project)]
    known = {family[0].name: (family[0], family) for family in found}
    more = bool(known)
    while more:
        more = False
        for module, node in _classes(project):
            if f"{module.name}.{node.name}" in known:
                continue
            for base in node.bases:
                parent, family = known.get(_name_of(project, module, base), (None, []))
                if parent is not None:
                    member = Member(module, node, base, parent.is_json, parent)
                    known[member.name] = member, family
                    family.append(member)
                    more = True
                    break
    return found


def _classes(project: Project) -> Iterator[tuple[Module, ast.ClassDef]]:
    for module in project.with_channels():
        for node in module.tree.body if not module.is_test else ():
            if isinstance(node, ast.ClassDef):
                yield module, node


def _roots(project: Project) -> Iterator[Member]:
    for module, node in _classes(project):
        bases = [each for each in node.bases if (module.meaning(each) or "") in _BASES]
        if bases and node.name in module.definitions:
            yield Member(module, node, bases[0], _BASES[module.meaning(bases[0]) or ""])


def _name_of(project: Project, module: Module, base: ast.expr) -> str:
    meaning = module.meaning(base)
    return project.name_of(meaning) if meaning else ""
