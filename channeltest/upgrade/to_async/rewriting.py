"""Writes the classes of a family, and the functions that they call, as async ones."""

from __future__ import annotations

import ast

from ..changes import Changes, modern_name
from . import known
from .analysis import Result
from .calls import Await
from .family import Family
from .values import Function

_TRAILING = ast.Attribute | ast.Subscript | ast.Await


def rewrite_class(changes: Changes, family: Family) -> None:
    """Have the first class of a family derive from an async consumer.

    Args:
        changes: The changes of the project.
        family: The classes.

    Raises:
        Left: A module uses the names that are needed for something else.
    """
    first, name = family.members[0], known.ASYNC_BASES[family.base]
    module, base = first.module, first.base
    if isinstance(base, ast.Attribute):
        text = f"{module.source(base.value)}.{name}"
    elif family.base.startswith("channels.consumer."):
        changes.need(module, "channels.consumer", name)
        text = name
    else:
        text = modern_name(changes, module, name)
    changes.edits(module).replace_node(base, text)


def rewrite_functions(changes: Changes, result: Result, done: set[int]) -> None:
    """Write the functions of a family.

    Args:
        changes: The changes of the project.
        result: What is known of them.
        done: The ``id()`` of the functions that are written already, which is added to.

    Raises:
        Left: The text of one does not allow it.
    """
    for identity in result.waiting - done:
        function = result.functions[identity]
        _write(changes, function, result.awaits[identity])
    done |= result.waiting


def _write(changes: Changes, function: Function, awaits: list[Await]) -> None:
    module, node = function.module, function.node
    edits = changes.edits(module)
    start = module.offset(node.lineno, node.col_offset)
    edits.replace((start, start), "async ")
    for each in awaits:
        start, end = module.span(each.call)
        around = next(module.around(each.call))
        before, behind = (
            ("(await ", ")") if _needs_parentheses(each.call, around) else ("await ", "")
        )
        if each.layer is None:
            edits.replace((start, start), before)
        else:
            first, last = module.span(each.layer)
            edits.replace((start, first), before)
            edits.replace((last, module.span(each.call.func)[1]), "")
        if behind:
            edits.replace((end, end), behind)


def _needs_parentheses(node: ast.Call, around: ast.AST) -> bool:
    if isinstance(around, ast.Call):
        return around.func is node
    return isinstance(around, _TRAILING) or (
        isinstance(around, ast.BinOp) and isinstance(around.op, ast.Pow)
    )
