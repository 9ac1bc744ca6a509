"""Functions and properties of a project that return a group, such as ``room.websocket_group``."""

from __future__ import annotations

import ast
import re
from functools import lru_cache

from ...sources.module import Module
from ...sources.project import Project
from ..changes import Changes
from ..outcome import Left
from .contents import count_definitions
from .layer_sends import Send, content_of

_JOINS = re.compile(r"async_to_sync\(\w+\.channel_layer\.group_(add|discard)\)")
# Most files are not parsed to find out.
_RETURNS = re.compile(r"\breturn [\w.]*\(")


@lru_cache(maxsize=1)
def group_functions(project: Project) -> dict[str, tuple[Module, ast.FunctionDef, list[ast.Call]]]:
    """Return the functions that do nothing but return a group, by their names.

    A name that the project defines twice is left out: it is not known which one a call means.

    Args:
        project: The project.

    Returns:
        The module, the function and each ``Group(...)`` that it may return, by its name.
    """
    found: dict[str, tuple[Module, ast.FunctionDef, list[ast.Call]]] = {}
    for module in project.with_channels():
        if module.is_test or not _RETURNS.search(module.text):
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef) and (groups := _groups_of(module, node)):
                found[node.name] = module, node, groups
    return {name: each for name, each in found.items() if count_definitions(project, name) == 1}


def _groups_of(module: Module, node: ast.FunctionDef) -> list[ast.Call]:
    """Each group that a function may return; nothing if it may return something else."""
    values = [each.value for each in ast.walk(node) if isinstance(each, ast.Return)]
    groups = [
        each
        for each in values
        if isinstance(each, ast.Call)
        and module.meaning(each.func) == "channels.Group"
        and len(each.args) == 1
        and not each.keywords
    ]
    return groups if len(groups) == len(values) and _returns(node.body[-1]) else []


def _returns(last: ast.stmt) -> bool:
    """Whether a statement returns, each way."""
    if isinstance(last, ast.If):
        return bool(last.orelse) and _returns(last.body[-1]) and _returns(last.orelse[-1])
    return isinstance(last, ast.Return)


def sends_to_function(project: Project, changes: Changes, name: str) -> list[Send]:
    """Have a function return the name of its group instead of the group.

    Args:
        project: The project.
        changes: The changes of the project.
        name: One of `group_functions`.

    Returns:
        The sends to its group, which are to be converted with it.

    Raises:
        Left: Somebody uses the group in another way, or a test uses the function.
    """
    home, function, groups = group_functions(project)[name]
    is_called = not any(
        getattr(each, "id", getattr(each, "attr", "")) in ("property", "cached_property")
        for each in function.decorator_list
    )
    if is_called and function.decorator_list:
        raise Left(home, function, "what its decorators do is not known")
    is_method = home.definitions.get(name) is not function
    for group in groups:
        changes.edits(home).replace_node(group, home.source(group.args[0]))
    sends, count = [], 0
    for module in project.modules.values():
        if name not in module.text or not module.is_python3:
            continue
        for node in module.references(name):
            if isinstance(node, ast.Constant) or (is_method and isinstance(node, ast.Name)):
                # A variable that has the name of a method.
                continue
            if module.is_test:
                raise Left(module, node, f"a test uses {name}")
            sends += _use(project, changes, module, node, is_called)
            count += 1
    if not count:
        raise Left(home, function, "it is not known who uses the group")
    return sends


def _use(
    project: Project, changes: Changes, module: Module, node: ast.expr, is_called: bool
) -> list[Send]:
    """Convert one use of the function; return the send that it is."""
    around = module.around(node)
    group: ast.AST = next(around) if is_called else node
    attribute, call = next(around), next(around, None)
    is_group = isinstance(group, ast.Call) and group.func is node if is_called else True
    if is_group and isinstance(group, ast.expr) and isinstance(attribute, ast.Attribute):
        if attribute.attr == "name" and _joins(call):
            end = module.span(attribute)[1]
            changes.edits(module).replace((module.span(group)[1], end), "")
            return []
        is_send = isinstance(call, ast.Call) and call.func is attribute and attribute.attr == "send"
        if is_send and isinstance(call, ast.Call) and _is_plain(call):
            content, variable = content_of(project, module, call)
            return [Send(module, call, group, content, None, variable)]
    raise Left(module, node, "it is not only sent to")


def _is_plain(call: ast.Call) -> bool:
    return len(call.args) == 1 and {each.arg for each in call.keywords} <= {"immediately"}


def _joins(call: ast.AST | None) -> bool:
    """Whether a call is one with which a consumer, or what takes it, joins or leaves a group."""
    if not isinstance(call, ast.Call) or len(call.args) != 2:
        return False
    return _JOINS.fullmatch(ast.unparse(call.func)) is not None
