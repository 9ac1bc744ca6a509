"""Finds functions that become async, and that others call who cannot await them."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping

from ...sources.project import Project, Use
from ..outcome import Left
from .analysis import Result
from .values import Function


def check_shared(project: Project, result: Result, others: Collection[Result]) -> None:
    """Check that only async functions call what becomes async.

    Args:
        project: The project.
        result: What is known of a consumer.
        others: What is known of all that become async, itself too.

    Raises:
        Left: Another function calls one, or has it.
    """
    waiting = {each: result for result in others for each in result.waiting}
    for identity, function in result.functions.items():
        if function.owner is not None:
            continue
        is_waiting = [identity in each.waiting for each in others if identity in each.functions]
        if any(is_waiting) and not all(is_waiting):
            reason = f"{function.node.name} is called with other things too"
            raise Left(function.module, function.node, reason)
        if identity in result.waiting:
            _check_uses(project, function, waiting)


def _check_uses(project: Project, function: Function, waiting: Mapping[int, Result]) -> None:
    for use in project.uses(function.name):
        if not _is_awaited(use, waiting):
            reason = f"{function.node.name} is used where nobody would await it"
            raise Left(use.module, use.node, reason)
    names = [each for each in project.imports_of(function.name) if each.is_test]
    if names:
        reason = f"{names[0].path.name} imports {function.node.name}"
        raise Left(function.module, function.node, reason)


def _is_awaited(use: Use, waiting: Mapping[int, Result]) -> bool:
    around = [each for each in use.module.around(use.node) if isinstance(each, ast.FunctionDef)]
    if not around or id(around[0]) not in waiting:
        return False
    awaits = waiting[id(around[0])].awaits[id(around[0])]
    return any(each.call.func is use.node for each in awaits)
