"""Which functions of a project send to groups, by their names."""

from __future__ import annotations

import ast
import re
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
    modules = [module for module in project.modules.values() if not module.is_test]
    read: set[str] = set()
    for module in modules:
        if not _imports_channels(module):
            continue
        read.add(module.name)
        for function, called in _functions(module):
            calls.setdefault(function.name, set()).update(called)
            if called & _SENDING:
                names.add(function.name)
                if _is_receiver(function) or function.name in ("save", "delete"):
                    names |= _SAVES
        if "Binding" in module.text:
            names |= _SAVES
    known: set[str] = set()
    while names - known:
        # Only a file that has one of the names can call it.
        fresh = re.compile(r"\b(?:" + "|".join(map(re.escape, names - known)) + r")\b")
        known = set(names)
        for module in modules:
            if module.name not in read and fresh.search(module.text) and module.is_python3:
                read.add(module.name)
                for function, called in _functions(module):
                    calls.setdefault(function.name, set()).update(called)
        names |= {name for name, called in calls.items() if called & names}
    # They are read in the consumers themselves.
    return names - _SENDING


def _imports_channels(module: Module) -> bool:
    if "channels" not in module.text or not module.is_python3:
        return False
    return any(target.split(".")[0] == "channels" for target in module.imports.values())


def _functions(module: Module) -> Iterator[tuple[ast.FunctionDef, set[str]]]:
    """The functions of a module, each with the names that it calls."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef):
            calls = (each.func for each in ast.walk(node) if isinstance(each, ast.Call))
            names = (getattr(func, "attr", getattr(func, "id", "")) for func in calls)
            yield node, set(names)


def _is_receiver(function: ast.FunctionDef) -> bool:
    # A function that is connected with connect() has these arguments, as a decorated one has.
    names = {each.arg for each in function.args.args}
    return "sender" in names or any(
        "receiver" in ast.dump(each) for each in function.decorator_list
    )
