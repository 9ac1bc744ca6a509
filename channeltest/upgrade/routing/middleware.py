"""Which middleware a modern consumer needs: the one that fills in what it reads of its scope."""

from __future__ import annotations

import ast
from typing import Literal

from ...sources.literals import literal
from ...sources.module import Module
from ...sources.project import Project

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

    A consumer that hands its scope on gets all of it. What it reads in functions of the project,
    or they in others, counts as well.

    Args:
        project: The project.
        module: The module that defines it.
        node: The class.
    """
    return _stack_of(project, module, node, set())


def _stack_of(project: Project, module: Module, node: ast.stmt, seen: set[int]) -> Stack:
    needed: Stack = ""
    if id(node) in seen:
        return needed
    seen.add(id(node))
    parents = {id(child): each for each in ast.walk(node) for child in ast.iter_child_nodes(each)}
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute) and each.attr == "scope":
            needed = _larger(needed, _read_of(each, parents.get(id(each)), parents))
        if isinstance(each, ast.Name | ast.Attribute):
            definition = project.definition(module.meaning(each) or "")
            is_base = isinstance(node, ast.ClassDef) and each in node.bases
            kinds = (ast.FunctionDef, ast.AsyncFunctionDef, *([ast.ClassDef] if is_base else []))
            if definition is not None and isinstance(definition[1], kinds):
                needed = _larger(needed, _stack_of(project, *definition, seen))
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
