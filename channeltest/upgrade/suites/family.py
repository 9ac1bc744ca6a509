"""Families: test classes that derive from each other, which are converted together or not at all.

They share ``setUp`` and helpers: a method that became a coroutine would be one for all of them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from ...sources.module import Module
from ...sources.project import Project
from .dialect import uses_dialect


@dataclass
class Method:
    """A method of a test class.

    Attributes:
        module: The module of the class.
        owner: The class.
        node: The method.
        is_coroutine: Whether it becomes a coroutine.
        opens: The ``websocket.connect`` in it of which its callers say whether it is checked.
    """

    module: Module
    owner: ast.ClassDef
    node: ast.FunctionDef
    is_coroutine: bool = False
    opens: ast.Call | None = None

    @property
    def is_test(self) -> bool:
        """Whether a runner runs it."""
        return self.node.name.startswith("test")

    @property
    def this(self) -> str:
        """The name of the instance; ``""`` if there is none."""
        arguments = [*self.node.args.posonlyargs, *self.node.args.args]
        kinds = {ast.unparse(each) for each in self.node.decorator_list}
        is_plain = not kinds & {"staticmethod", "classmethod"}
        return arguments[0].arg if arguments and is_plain else ""

    def called(self, call: ast.AST) -> str:
        """Return the name of the method of the same instance that a call calls, or ``""``."""
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            return ""
        value = call.func.value
        is_own = isinstance(value, ast.Name) and value.id == self.this
        return call.func.attr if is_own or is_super(value) else ""


def is_super(node: ast.expr) -> bool:
    """Whether an expression is ``super()``, with or without arguments."""
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"
    )


class Family:
    """Test classes that derive from each other.

    Args:
        classes: The classes, each with its module.

    Attributes:
        classes: The same, by module and line.
        methods: Their methods.
    """

    def __init__(self, classes: list[tuple[Module, ast.ClassDef]]) -> None:
        self.classes = sorted(classes, key=lambda each: (each[0].name, each[1].lineno))
        self.methods = [
            Method(module, owner, node)
            for module, owner in self.classes
            for node in owner.body
            if isinstance(node, ast.FunctionDef)
        ]

    def named(self, name: str) -> list[Method]:
        """Return the methods of a name."""
        return [each for each in self.methods if each.node.name == name]

    @property
    def name(self) -> str:
        """What it is called: its first class, and how many more there are."""
        return ", ".join(node.name for _, node in self.classes)


def families(project: Project) -> Iterator[Family]:
    """Yield the families with a class that uses the dialect of Channels 1.

    Args:
        project: The project.
    """
    found: dict[str, tuple[Module, ast.ClassDef]] = {}
    for module in project.modules.values():
        may_be = module.is_test or "channels" in module.text or "channeltest" in module.text
        if may_be and "class " in module.text and module.is_python3:
            for node in module.tree.body:
                if isinstance(node, ast.ClassDef):
                    found[f"{module.name}.{node.name}"] = module, node
    bases = {name: _bases(project, *each) & found.keys() for name, each in found.items()}
    used = {name for name, each in found.items() if uses_dialect(*each)}
    # Whatever derives from one that uses it is one of the family.
    while more := {name for name in found if bases[name] & used} - used:
        used |= more
    waiting = dict.fromkeys(sorted(used))
    while waiting:
        name = next(iter(waiting))
        family = {name}
        while (
            more := {
                each
                for each in used
                if bases[each] & family or any(each in bases[member] for member in family)
            }
            - family
        ):
            family |= more
        for each in family:
            del waiting[each]
        yield Family([found[each] for each in family])


def _bases(project: Project, module: Module, node: ast.ClassDef) -> set[str]:
    return {project.name_of(module.meaning(base) or "") for base in node.bases}
