"""Variables of a function that hold a group or a channel: ``group = Group("chat-%s" % room)``."""

from __future__ import annotations

import ast

from ...sources.module import Module

GROUP = "channels.Group"
_METHODS = {"add", "discard", "send"}


def group_variables(
    module: Module, function: ast.AST, made_by: str = GROUP
) -> dict[str, list[ast.Call]]:
    """Return the variables of a function that hold nothing but groups, with their ``Group(…)``.

    Args:
        module: The module.
        function: The function.
        made_by: ``"channels.Group"``, or ``"channels.Channel"`` for channels.

    Returns:
        What is assigned to each variable of which only methods are called, or the name is read.
    """
    found: dict[str, list[ast.Call]] = {}
    others = {each.arg for each in ast.walk(function) if isinstance(each, ast.arg)}
    for node in ast.walk(function):
        if isinstance(node, ast.Global | ast.Nonlocal):
            others.update(node.names)
        if not isinstance(node, ast.Name):
            continue
        around = module.around(node)
        parent, outer = next(around), next(around)
        if isinstance(node.ctx, ast.Load):
            if not _is_used_as_group(parent, outer):
                others.add(node.id)
        elif (call := _group_of(module, parent, made_by)) is not None:
            found.setdefault(node.id, []).append(call)
        else:
            others.add(node.id)
    return {name: calls for name, calls in found.items() if name not in others}


def _is_used_as_group(parent: ast.AST, outer: ast.AST) -> bool:
    if not isinstance(parent, ast.Attribute):
        return False
    is_called = isinstance(outer, ast.Call) and outer.func is parent
    return parent.attr in _METHODS if is_called else parent.attr == "name"


def _group_of(module: Module, parent: ast.AST, made_by: str) -> ast.Call | None:
    """The ``Group(…)`` that a plain assignment gives to one variable."""
    if not isinstance(parent, ast.Assign) or len(parent.targets) != 1:
        return None
    value = parent.value
    is_target = isinstance(parent.targets[0], ast.Name)
    if not is_target or not isinstance(value, ast.Call) or len(value.args) != 1:
        return None
    return value if module.meaning(value.func) == made_by else None


def name_spans(module: Module, group: ast.Call) -> list[tuple[tuple[int, int], str]]:
    """Return what to replace in a ``Group(…)`` so that its name is left.

    Args:
        module: The module.
        group: The call.
    """
    start, end = module.span(group)
    first, last = module.span(group.args[0])
    # An expression of several lines needs its parentheses.
    is_long = "\n" in module.text[start:end]
    return [((start, first), "(" if is_long else ""), ((last, end), ")" if is_long else "")]
