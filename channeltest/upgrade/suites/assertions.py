"""What assertions become that expect something else of a client than a frame."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ...sources.edits import Edits
from .events import bytes_of, close_code, message_of, sides_of
from .expectations import Expected, expected_of
from .expressions import Expressions
from .family import Method
from .frame_uses import is_event, loads


class Assertions:
    """Reads the assertions of one method.

    Args:
        method: The method.
        expressions: Converts its expressions.
        edits: The changes of its module.
    """

    def __init__(self, method: Method, expressions: Expressions, edits: Edits) -> None:
        self._method = method
        self._this, self._edits = method.this, edits
        self._expressions, self._calls = expressions, expressions.calls

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
                return Expected(value, sides[0], message_of(rest[0]))
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

    def event_of(self, statement: ast.stmt) -> Expected | None:
        """Return the comparison with an event that is no frame, or ``None``."""
        expected = expected_of(statement, self._calls)
        return expected if expected is not None and is_event(expected.expected) else None
