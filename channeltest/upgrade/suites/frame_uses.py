"""Whether a test expects a frame where it takes one.

``receive()`` of Channels 1 returned ``None`` where there was none, and an acceptance or a close as
a message. A communicator has other calls for these.
"""

from __future__ import annotations

import ast
from collections.abc import Collection

from ...sources.literals import literal
from ..outcome import Left
from .family import Family, Method

_TESTS = (ast.If, ast.While, ast.IfExp, ast.BoolOp, ast.UnaryOp, ast.NamedExpr)
_OF_NOTHING = ("assertIsNone", "assertFalse")
_EVENTS = {"accept", "close", "bytes"}


def check_frame(family: Family, method: Method, node: ast.expr, seen: Collection[str] = ()) -> None:
    """Check that a test expects a frame, and neither nothing nor an acceptance nor a close.

    Args:
        family: The family of the test.
        method: The method that takes the frame.
        node: The call that takes it, or what holds it.
        seen: The methods that return it, and were followed.

    Raises:
        Left: It may expect something else.
    """
    parent = next(method.module.around(node))
    if _is_asserted_to_come(method, parent):
        return
    if isinstance(parent, _TESTS) or _is_compared_with_nothing(parent):
        raise Left(method.module, node, "whether a frame comes is not known")
    if isinstance(parent, ast.Subscript) and literal(parent.slice) in _EVENTS:
        raise Left(method.module, node, "what it looks for is no frame")
    if isinstance(parent, ast.Call) and parent.func is not node:
        _check_assertion(method, node, parent)
    elif isinstance(parent, ast.Assign):
        for target in parent.targets:
            _check_variable(family, method, target, seen)
    elif isinstance(parent, ast.Return) and method.node.name not in seen:
        for caller in family.methods:
            for call in ast.walk(caller.node):
                if isinstance(call, ast.Call) and caller.called(call) == method.node.name:
                    check_frame(family, caller, call, [*seen, method.node.name])


def _is_compared_with_nothing(node: ast.AST) -> bool:
    return isinstance(node, ast.Compare) and any(map(is_event, [node.left, *node.comparators]))


def _is_asserted_to_come(method: Method, node: ast.AST) -> bool:
    """Whether a comparison asserts that something is not ``None``, and nothing else."""
    if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], ast.IsNot | ast.NotEq):
        return False
    parent = next(method.module.around(node))
    is_asserted = isinstance(parent, ast.Assert) or (
        isinstance(parent, ast.Call) and getattr(parent.func, "attr", "") == "assertTrue"
    )
    return is_asserted and ast.unparse(node.comparators[0]) == "None"


def _check_assertion(method: Method, node: ast.expr, call: ast.Call) -> None:
    name = getattr(call.func, "attr", "")
    if name in _OF_NOTHING:
        raise Left(method.module, node, "whether a frame comes is not known")
    if name.startswith("assert") and any(is_event(each) for each in call.args if each is not node):
        raise Left(method.module, node, "what it compares with is no frame")


def _check_variable(
    family: Family, method: Method, target: ast.expr, seen: Collection[str]
) -> None:
    for each in loads(method, target):
        if not isinstance(next(method.module.around(each)), ast.Assign):
            check_frame(family, method, each, seen)


def loads(method: Method, target: ast.expr) -> list[ast.expr]:
    """Return where a method reads what is assigned to a variable, or to an attribute.

    Behind a statement of the method that assigns to it again, something else is read.

    Args:
        method: The method.
        target: What is assigned to.
    """
    spelled = ast.unparse(target)
    statements: list[ast.stmt] = method.node.body
    number = next((n for n, each in enumerate(statements) if _assigns(each, target)), None)
    if number is not None:
        behind = statements[number + 1 :]
        again = (n for n, each in enumerate(behind) if _assigns(each, spelled))
        # What is assigned then may still read what was assigned before.
        statements = behind[: next(again, len(behind)) + 1]
    return [
        each
        for statement in statements
        for each in ast.walk(statement)
        if isinstance(each, ast.Name | ast.Attribute)
        and isinstance(each.ctx, ast.Load)
        and ast.unparse(each) == spelled
    ]


def _assigns(statement: ast.stmt, target: ast.expr | str) -> bool:
    """Whether a statement assigns to a target, or to one that is spelled so."""
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return any(each is target or ast.unparse(each) == target for each in targets)


def is_event(node: ast.expr) -> bool:
    """Whether an expected value is nothing, or no frame of text: an acceptance or a close."""
    if isinstance(node, ast.Constant):
        return node.value is None
    names = {getattr(key, "value", None) for key in node.keys} if isinstance(node, ast.Dict) else {}
    return bool(names) and set(names) <= _EVENTS
