"""What tests expect of a client's next message, and of a connect."""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

from ...sources.literals import literal
from ...sources.module import Module
from .client_calls import ClientCalls
from .events import USUAL_CODE, message_of, sides_of

# What a client of Channels 1 says where a websocket is not accepted.
_REJECTED = "Connection rejected"
_DENIED = "channels.exceptions.DenyConnection"
# What a client of Channels 1 raises where it expects an acceptance.
_FAILED = "AssertionError"
_CLOSE = re.compile(r"\{'close': (\w+)\}")


class Expected(NamedTuple):
    """``assertEqual(client.receive(), expected)``.

    Attributes:
        call: The ``receive()``.
        expected: What it is compared with.
        message: What the test says where they differ, or ``None``.
    """

    call: ast.Call
    expected: ast.expr
    message: ast.expr | None = None


def expected_of(statement: ast.stmt, calls: ClientCalls) -> Expected | None:
    """Return the comparison of a client's next message that a statement is, or ``None``.

    Args:
        statement: The statement.
        calls: Reads the calls of clients.
    """
    sides = sides_of(statement)
    if len(sides) != 2:
        return None
    one, other = sides if calls.is_receive(sides[0]) else reversed(sides)
    if not calls.is_receive(one) or calls.is_receive(other):
        return None
    assert isinstance(one, ast.Call)
    return Expected(one, other, message_of(statement))


def is_rejection(module: Module, statement: ast.With, checks: bool) -> bool:
    """Whether a block expects that the connect which stands in it is rejected.

    Args:
        module: Its module.
        statement: The block.
        checks: Whether the acceptance is checked.
    """
    [*_, item] = statement.items
    context, is_alone = item.context_expr, len(statement.body) == len(statement.items) == 1
    if not is_alone or item.optional_vars is not None or not isinstance(context, ast.Call):
        return False
    name = getattr(context.func, "attr", "")
    if name == "assertRaises" and len(context.args) == 1:
        is_failure = checks and ast.unparse(context.args[0]) == _FAILED
        return is_failure or module.meaning(context.args[0]) == _DENIED
    is_message = name == "assertRaisesMessage" and len(context.args) == 2
    return is_message and (literal(context.args[1]) or "").startswith(_REJECTED)


def rejection(statement: ast.With) -> str | None:
    """Return what ``connect()`` returns in a block that expects it to be rejected.

    Args:
        statement: The block.

    Returns:
        The refusal, or ``None`` if the block does not say which.
    """
    context = statement.items[0].context_expr
    assert isinstance(context, ast.Call)
    text = literal(context.args[-1]) or ""
    match = _CLOSE.search(text)
    if match is not None and match[1] != "True":
        return f"(False, {match[1]})"
    is_usual = match is not None or "{'accept': False}" in text
    return f"(False, {USUAL_CODE})" if is_usual else None
