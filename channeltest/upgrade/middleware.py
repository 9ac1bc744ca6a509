"""Which middleware a modern consumer needs: the one that fills in what it reads of its scope."""

from __future__ import annotations

import ast
from typing import Literal

from ..sources.module import Module
from ..sources.project import Project
from .routes import literal

Stack = Literal["", "SessionMiddlewareStack", "AuthMiddlewareStack"]

# Where each is imported from.
ORIGINS = {
    "SessionMiddlewareStack": "channels.sessions",
    "AuthMiddlewareStack": "channels.auth",
}
_STACKS: dict[str | None, Stack] = {
    "user": "AuthMiddlewareStack",
    "session": "SessionMiddlewareStack",
    "cookies": "SessionMiddlewareStack",
}
_ORDER: list[Stack] = ["", "SessionMiddlewareStack", "AuthMiddlewareStack"]


def stack_of(project: Project, module: Module, node: ast.ClassDef) -> Stack:
    """Return the middleware that a consumer needs around it.

    A consumer that hands its scope on gets all of it.

    Args:
        project: The project.
        module: The module that defines it.
        node: The class.
    """
    needed: Stack = ""
    parents = {id(child): each for each in ast.walk(node) for child in ast.iter_child_nodes(each)}
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute) and each.attr == "scope":
            needed = _larger(needed, _read_of(each, parents.get(id(each)), parents))
    for base in node.bases:
        definition = project.definition(module.meaning(base) or "")
        if definition is not None and isinstance(definition[1], ast.ClassDef):
            needed = _larger(needed, stack_of(project, definition[0], definition[1]))
    return needed


def _read_of(scope: ast.Attribute, parent: ast.AST | None, parents: dict[int, ast.AST]) -> Stack:
    key = None
    if isinstance(parent, ast.Subscript) and parent.value is scope:
        key = literal(parent.slice)
    elif isinstance(parent, ast.Attribute) and parent.attr == "get":
        call = parents.get(id(parent))
        if isinstance(call, ast.Call) and call.func is parent and call.args:
            key = literal(call.args[0])
    return "AuthMiddlewareStack" if key is None else _STACKS.get(key, "")


def _larger(first: Stack, second: Stack) -> Stack:
    return max(first, second, key=_ORDER.index)
