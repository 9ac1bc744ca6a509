"""Functions that may change an object that they are called on, or called with."""

from __future__ import annotations

import ast
from functools import lru_cache

from ...sources.project import Project

# What changes an object by its name.
_SETTING = {"setattr", "delattr", "refresh_from_db", "save", "create", "update", "delete"}


@lru_cache(maxsize=256)
def may_change_objects(project: Project, name: str) -> bool:
    """Whether a call by a name may run something that assigns attributes of an object.

    Args:
        project: The project, which has to define every function of that name.
        name: The name of a function or a method.

    Returns:
        ``False`` if all that have the name, and what they call of the project, assign none.
    """
    return _may_change(project, name, set())


def _may_change(project: Project, name: str, seen: set[str]) -> bool:
    seen.add(name)
    found = _definitions(project, name)
    if not found:
        return True
    nodes = [node for function in found for node in ast.walk(function)]
    if any(isinstance(each, ast.Attribute) and not _is_read(each) for each in nodes):
        return True
    called = {
        getattr(each.func, "attr", getattr(each.func, "id", ""))
        for each in nodes
        if isinstance(each, ast.Call)
    }
    if called & _SETTING:
        return True
    own = {each for each in called - seen if _definitions(project, each)}
    return any(_may_change(project, each, seen) for each in own)


def _is_read(node: ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Load)


@lru_cache(maxsize=1024)
def _definitions(project: Project, name: str) -> list[ast.FunctionDef]:
    return [
        node
        for module in project.modules.values()
        if f"def {name}(" in module.text and not module.is_test and module.is_python3
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef) and node.name == name
    ]
