"""What assertions become that expect something else of a client than a frame."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import NamedTuple

from ...sources.edits import Edits
from ..routes import literal
from .events import USUAL_CODE, bytes_of, close_code
from .expressions import Expressions
from .family import Method
from .frame_uses import is_event, loads

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


class Assertions:
    """Reads the assertions of one method.

    Args:
        method: The method.
        expressions: Converts its expressions.
        edits: The changes of its module.
    """

    def __init__(self, method: Method, expressions: Expressions, edits: Edits) -> None:
        self._method = method
        self._this, self._edits, self._module = method.this, edits, method.module
        self._expressions, self._calls = expressions, expressions.calls

    def expected_of(self, statement: ast.stmt) -> Expected | None:
        """Return the comparison of a client's next message that a statement is, or ``None``."""
        sides = sides_of(statement)
        if len(sides) != 2:
            return None
        one, other = sides if self._calls.is_receive(sides[0]) else reversed(sides)
        if not self._calls.is_receive(one) or self._calls.is_receive(other):
            return None
        assert isinstance(one, ast.Call)
        return Expected(one, other, _message_of(statement))

    def event_behind(self, statement: ast.stmt, rest: Sequence[ast.stmt]) -> Expected | None:
        """Return the comparison with an event of what a statement assigns, or ``None``.

        Args:
            statement: The statement: ``frame = client.receive()``.
            rest: Those behind it, of which the first compares, and no other one reads it.
        """
        if not isinstance(statement, ast.Assign) or len(statement.targets) > 1 or not rest:
            return None
        [target], value = statement.targets, statement.value
        is_frame = isinstance(target, ast.Name) and self._calls.is_receive(value)
        found = loads(self._method, target) if is_frame else []
        for each in found if len(found) == 1 else ():
            sides = [side for side in sides_of(rest[0]) if side is not each]
            if len(sides) == 1 and is_event(sides[0]) and isinstance(value, ast.Call):
                return Expected(value, sides[0], _message_of(rest[0]))
        return None

    def event(self, expected: Expected) -> str:
        """Return what a comparison with nothing, a close or bytes becomes.

        Raises:
            Left: It is another event, which a modern consumer does not send.
        """
        client = self._calls.spelled(expected.call)
        data, code = bytes_of(expected.expected), close_code(expected.expected, self._edits)
        message = expected.message
        behind = f", {self._expressions.render(message)}" if message is not None else ""
        if isinstance(expected.expected, ast.Constant):
            return f"{self._this}.assertTrue(await {client}.receive_nothing(){behind})"
        if code is not None:
            return f"await {client}.assert_closed({code})"
        if data is not None:
            text = self._expressions.render(data)
            return f"{self._this}.assertEqual(await {client}.receive_from(), {text}{behind})"
        raise self._expressions.left(expected.call, "a modern consumer does not send it")

    def absent_of(self, node: ast.expr) -> ast.Call | None:
        """Return the ``get_next_message()`` that has to find nothing, or ``None``."""
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "assertIsNone":
            inner = node.args[0] if len(node.args) == 1 else None
            if isinstance(inner, ast.Call) and self._expressions.layer.takes(inner):
                return inner
        return None

    def is_rejection(self, statement: ast.With, checks: bool) -> bool:
        """Whether a block expects that the connect which stands in it is rejected.

        Args:
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
            return is_failure or self._module.meaning(context.args[0]) == _DENIED
        is_message = name == "assertRaisesMessage" and len(context.args) == 2
        return is_message and (literal(context.args[1]) or "").startswith(_REJECTED)

    def rejection(self, statement: ast.With) -> str | None:
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

    def event_of(self, statement: ast.stmt) -> Expected | None:
        """Return the comparison with an event that is no frame, or ``None``."""
        expected = self.expected_of(statement)
        return expected if expected is not None and is_event(expected.expected) else None


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


def _message_of(statement: ast.stmt) -> ast.expr | None:
    """The message of an assertion."""
    if isinstance(statement, ast.Assert):
        return statement.msg
    call = getattr(statement, "value", None)
    if not isinstance(call, ast.Call):
        return None
    own = [each.value for each in call.keywords if each.arg == "msg"]
    compared = 1 if getattr(call.func, "attr", "") == "assertIsNone" else 2
    return next(iter([*call.args, *own][compared:]), None)
