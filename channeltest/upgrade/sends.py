"""Which functions of a project send to groups, by their names."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..sources.module import Module
from ..sources.project import Project

# What saves a model, and so runs the receivers of its signals.
_SAVES = {
    "save",
    "create",
    "get_or_create",
    "update_or_create",
    "bulk_create",
    "delete",
    "add",
    "set",
}
_SENDING = {"send", "group_send"}


def sending_names(project: Project) -> set[str]:
    """Return the names of functions and methods that may send to a group or a client.

    A call of such a name counts as a send, whatever object it is called on: a model may be saved
    under many names, and it is not run to find out.

    Args:
        project: The project.
    """
    calls: dict[str, set[str]] = {}
    names: set[str] = set()
    for module in project.modules.values():
        if module.is_test:
            continue
        sends_here = _imports_channels(module)
        if not module.is_python3:
            continue
        for function in _functions(module):
            called = set(_called(function))
            calls.setdefault(function.name, set()).update(called)
            if sends_here and called & _SENDING:
                names.add(function.name)
                if _is_receiver(function) or function.name in ("save", "delete"):
                    names |= _SAVES
        if sends_here and "Binding" in module.text:
            names |= _SAVES
    while more := {name for name, called in calls.items() if called & names} - names:
        names |= more
    # They are read in the consumers themselves.
    return names - _SENDING


def _imports_channels(module: Module) -> bool:
    if "channels" not in module.text or not module.is_python3:
        return False
    return any(target.split(".")[0] == "channels" for target in module.imports.values())


def _functions(module: Module) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef):
            yield node


def _called(function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr
            elif isinstance(node.func, ast.Name):
                yield node.func.id


def _is_receiver(function: ast.FunctionDef) -> bool:
    # A function that is connected with connect() has these arguments, as a decorated one has.
    names = {each.arg for each in function.args.args}
    return "sender" in names or any(
        "receiver" in ast.dump(each) for each in function.decorator_list
    )
