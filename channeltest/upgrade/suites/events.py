"""The events that tests compare with, other than frames of text: acceptances, closes and bytes."""

from __future__ import annotations

import ast

from ...sources.edits import Edits
from ...sources.literals import literal, spelled_dict

# What a websocket closed without a code has for one.
USUAL_CODE = "1000"
# What connect() returns where a websocket is accepted without a subprotocol.
ACCEPTED = "(True, None)"


def close_code(expected: ast.expr, edits: Edits) -> str | None:
    """Return the code of a close that a test compares with, as the test spells it.

    Args:
        expected: What it compares with, ``{"close": 4004}`` for one.
        edits: Those of its module.

    Returns:
        The code, or ``None`` if it is no close.
    """
    spelled = spelled_dict(expected)
    if spelled is None or [literal(each) for each in spelled.keys] != ["close"]:
        return None
    value = spelled.values[0]
    is_true = isinstance(value, ast.Constant) and value.value is True
    return USUAL_CODE if is_true else edits.module.source(value)


def answer_of(expected: ast.expr, edits: Edits) -> str | None:
    """Return what ``connect()`` returns where a test compares the answer with an event.

    Args:
        expected: What it compares with: ``{"accept": True}``, or ``False``, or a close.
        edits: Those of its module.

    Returns:
        The acceptance or the refusal, or ``None`` if it is no such event.
    """
    spelled = spelled_dict(expected)
    if spelled is not None and ast.unparse(spelled) == "{'accept': True}":
        return ACCEPTED
    if spelled is not None and ast.unparse(spelled) == "{'accept': False}":
        # Consumers of today have no other refusal than a close.
        return f"(False, {USUAL_CODE})"
    code = close_code(expected, edits)
    return None if code is None else f"(False, {code})"


def bytes_of(expected: ast.expr) -> ast.expr | None:
    """Return the bytes of ``{"bytes": …}``, or ``None`` if it is another value."""
    spelled = spelled_dict(expected)
    is_bytes = spelled is not None and [literal(each) for each in spelled.keys] == ["bytes"]
    return spelled.values[0] if spelled is not None and is_bytes else None


def sides_of(statement: ast.stmt) -> list[ast.expr]:
    """Return what a statement asserts to be the same: two expressions, or none."""
    sides: list[ast.expr] = []
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        name = getattr(statement.value.func, "attr", "")
        if name == "assertIsNone" and statement.value.args:
            sides = [statement.value.args[0], ast.Constant(None)]
        elif name in ("assertEqual", "assertEquals", "assertDictEqual"):
            sides = statement.value.args[:2]
    elif isinstance(statement, ast.Assert) and isinstance(statement.test, ast.Compare):
        is_same = isinstance(statement.test.ops[0], ast.Eq | ast.Is)
        sides = [statement.test.left, *statement.test.comparators] if is_same else []
    return sides


def message_of(statement: ast.stmt) -> ast.expr | None:
    """Return what an assertion says where it fails, or ``None``."""
    if isinstance(statement, ast.Assert):
        return statement.msg
    call = getattr(statement, "value", None)
    if not isinstance(call, ast.Call):
        return None
    own = [each.value for each in call.keywords if each.arg == "msg"]
    compared = 1 if getattr(call.func, "attr", "") == "assertIsNone" else 2
    return next(iter([*call.args, *own][compared:]), None)
