"""The class-based consumers of a project: those of 1.x's generic classes, with their relatives."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from ...sources.module import Module
from ...sources.project import Project
from ..outcome import Left

OLD = "channels.generic.websockets."
Kind = Literal["text", "json", "mapped"]
# The generic consumers of 1.x, each with what it gives to the methods of a class.
_BASES: dict[str, Kind] = {
    OLD + "WebsocketConsumer": "text",
    OLD + "JsonWebsocketConsumer": "json",
    "channels.generic.base.BaseConsumer": "mapped",
}


@dataclass(eq=False)
class Member:
    """A class-based consumer, or a class of the project that consumers derive from.

    Attributes:
        module: The module that defines it.
        node: The class.
        bases: The generic consumers of 1.x, as it spells them, and the classes of the project that
            it derives from.
        others: Its other bases.
    """

    module: Module
    node: ast.ClassDef
    bases: list[ast.expr | Member] = field(default_factory=list)
    others: list[ast.expr] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The dotted name of the class."""
        return f"{self.module.name}.{self.node.name}"

    @property
    def generic(self) -> list[ast.expr]:
        """Those of its bases that are generic consumers of 1.x."""
        return [each for each in self.bases if not isinstance(each, Member)]

    @property
    def parents(self) -> list[Member]:
        """The classes of the project that it derives from."""
        return [each for each in self.bases if isinstance(each, Member)]

    @property
    def order(self) -> list[Member]:
        """The class and the classes of the project behind it, in the order in which Python looks.

        Raises:
            Left: There is none.
        """
        return [each for each in self._line if each is not None]

    @property
    def shadowed(self) -> list[Member]:
        """Those of them that stand behind the generic consumer, whose methods come first.

        Raises:
            Left: The bases have no order.
        """
        line = self._line
        behind = line[line.index(None) + 1 :] if None in line else []
        return [each for each in behind if each is not None]

    @property
    def _line(self) -> list[Member | None]:
        """The class and its bases; ``None`` is the generic consumer."""
        bases: list[Member | None] = [
            each if isinstance(each, Member) else None for each in self.bases
        ]
        lines = [[None] if each is None else each._line for each in bases]
        waiting = [*lines, bases]
        found: list[Member | None] = [self]
        while waiting := [line for line in waiting if line]:
            heads = [line[0] for line in waiting]
            free = [each for each in heads if not any(each in line[1:] for line in waiting)]
            if not free:
                raise Left(self.module, self.node, "its bases have no order")
            found.append(free[0])
            waiting = [[each for each in line if each is not free[0]] for line in waiting]
        return found

    @property
    def kinds(self) -> set[Kind]:
        """What the generic consumers that it derives from give to its methods."""
        return {
            _BASES[each.module.meaning(base) or ""] for each in self.order for base in each.generic
        }

    @property
    def is_json(self) -> bool:
        """Whether its frames are JSON."""
        return self.kinds == {"json"}

    @property
    def is_mapped(self) -> bool:
        """Whether its ``method_mapping`` says which methods get which messages."""
        return self.kinds == {"mapped"}


def families(project: Project) -> list[list[Member]]:
    """Return the consumers that derive from each other or share bases, bases first.

    Args:
        project: The project.
    """
    members = _members(project)
    consumers = [each for each in members.values() if _is_consumer(each)]
    groups = dict[str, set[str]]()
    for each in consumers:
        own = set(_line(each))
        for name in _line(each):
            own |= groups.get(name, set())
        for name in own:
            groups[name] = own
    found: list[list[Member]] = []
    for each in consumers:
        family = [members[name] for name in members if name in groups[each.name]]
        if family not in found:
            found.append(family)
    return [_bases_first(family) for family in found]


def _members(project: Project) -> dict[str, Member]:
    """The classes that may be a part of a family, by their dotted names."""
    members: dict[str, Member] = {}

    def member(module: Module, node: ast.ClassDef, below: tuple[ast.AST, ...] = ()) -> Member:
        made, line = Member(module, node), (*below, node)
        if made.name in members:
            return members[made.name]
        members[made.name] = made
        for base in node.bases:
            meaning = module.meaning(base) or ""
            home, parent = project.definition(meaning) or (None, None)
            if meaning in _BASES:
                made.bases.append(base)
            elif home is None or not isinstance(parent, ast.ClassDef) or parent in line:
                made.others += [base] if getattr(base, "id", "") != "object" else []
            else:
                made.bases.append(member(home, parent, line))
        return made

    fresh = [each for each in project.with_channels() if not each.is_test]
    read = {each.name for each in project.modules.values() if each.is_test}
    while fresh:
        for module in fresh:
            read.add(module.name)
            for node in module.tree.body:
                if isinstance(node, ast.ClassDef) and node.name in module.definitions:
                    member(module, node)
        names = "|".join({each.node.name for each in members.values() if _is_consumer(each)})
        # What derives from a consumer of the project need not mention Channels.
        derived = re.compile(rf"^class \w+\([^)]*\b(?:{names})\b", re.MULTILINE)
        others = [each for each in project.modules.values() if names and each.name not in read]
        fresh = [each for each in others if derived.search(each.text) and each.is_python3]
    return members


def _line(member: Member) -> Iterator[str]:
    """The names of a class and of all that it derives from."""
    waiting, seen = [member], set[str]()
    for each in waiting:
        if each.name not in seen:
            seen.add(each.name)
            yield each.name
            waiting += each.parents


def _is_consumer(member: Member) -> bool:
    waiting, seen = [member], set[str]()
    for each in waiting:
        if each.generic:
            return True
        waiting += [parent for parent in each.parents if parent.name not in seen]
        seen |= {parent.name for parent in each.parents}
    return False


def _bases_first(family: list[Member]) -> list[Member]:
    found: list[Member] = []
    waiting = list(family)
    while waiting:
        ready = [each for each in waiting if not set(each.parents) & set(waiting)]
        # Classes that derive from each other are no Python: any order will do.
        found += ready or waiting
        waiting = [each for each in waiting if each not in found]
    return found
