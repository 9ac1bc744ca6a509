"""Loops that take all frames of a client: a communicator has a call for it."""

from __future__ import annotations

import ast
from typing import NamedTuple

from .client_calls import ClientCalls

_LENGTH = 3


class Collected(NamedTuple):
    """Statements that put all frames of a client into a list.

    Attributes:
        receive: The call that takes each.
        name: The variable that has the list, or ``None`` if the statements return it.
    """

    receive: ast.Call
    name: str | None


def emptied(statement: ast.stmt, calls: ClientCalls) -> ast.Call | None:
    """Return the call that takes each frame in a loop that looks at none, or ``None``.

    Args:
        statement: The loop: ``while client.receive() is not None: pass``.
        calls: Reads the calls of clients.
    """
    if not isinstance(statement, ast.While) or not isinstance(statement.test, ast.Compare):
        return None
    test, body = statement.test, statement.body
    is_any = isinstance(test.ops[0], ast.IsNot) and _is_none(test.comparators[0])
    is_empty = not statement.orelse and all(isinstance(each, ast.Pass) for each in body)
    if not (is_any and is_empty and calls.is_receive(test.left)):
        return None
    return test.left if isinstance(test.left, ast.Call) else None


def collected(statement: ast.stmt, loop: ast.stmt, calls: ClientCalls) -> Collected | None:
    """Return what two statements collect, or ``None`` if they do something else.

    ::

        found = []
        while True:
            frame = client.receive()
            if frame is None:
                return found
            found.append(frame)

    Args:
        statement: The one that makes the list.
        loop: The loop, which ends with ``break`` or returns the list.
        calls: Reads the calls of clients.
    """
    if not isinstance(statement, ast.Assign) or ast.unparse(statement.value) != "[]":
        return None
    is_endless = isinstance(loop, ast.While) and ast.unparse(loop.test) == "True"
    if not isinstance(loop, ast.While) or not is_endless or len(loop.body) != _LENGTH:
        return None
    name = ast.unparse(statement.targets[0])
    taken, end, kept = loop.body
    if not isinstance(taken, ast.Assign) or not isinstance(end, ast.If):
        return None
    frame = ast.unparse(taken.targets[0])
    is_last = ast.unparse(end.test) == f"{frame} is None" and len(end.body) == 1
    is_kept = ast.unparse(kept) == f"{name}.append({frame})"
    is_plain = len(statement.targets) == len(taken.targets) == 1 and not (end.orelse or loop.orelse)
    receive = taken.value if calls.is_receive(taken.value) else None
    if not (is_last and is_kept and is_plain and isinstance(receive, ast.Call)):
        return None
    if isinstance(end.body[0], ast.Break):
        return Collected(receive, name)
    return Collected(receive, None) if ast.unparse(end.body[0]) == f"return {name}" else None


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
