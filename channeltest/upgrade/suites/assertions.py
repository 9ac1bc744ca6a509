"""What assertions become that expect something else of a client than a frame."""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

from ...sources.edits import Edits
from ..routes import literal
from .client_calls import USUAL_CODE, bytes_of, close_code, is_acceptance
from .expressions import Expressions
from .family import Method
from .frame_uses import is_event

# What a client of Channels 1 says where a websocket is not accepted.
_REJECTED = "Connection rejected"
_DENIED = "channels.exceptions.DenyConnection"
_CLOSE = re.compile(r"\{'close': (\w+)\}")


class Expected(NamedTuple):
    """``assertEqual(client.receive(), expected)``.

    Attributes:
        call: The ``receive()``.
        expected: What it is compared with.
    """

    call: ast.Call
    expected: ast.expr


class Assertions:
    """Reads the assertions of one method.

    Args:
        method: The method.
        expressions: Converts its expressions.
        edits: The changes of its module.
    """

    def __init__(self, method: Method, expressions: Expressions, edits: Edits) -> None:
        self._this, self._edits, self._module = method.this, edits, method.module
        self._expressions, self._calls = expressions, expressions.calls

    def expected_of(self, statement: ast.stmt) -> Expected | None:
        """Return the comparison of a client's next message that a statement is, or ``None``."""
        sides: list[ast.expr] = []
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            name = getattr(statement.value.func, "attr", "")
            if name == "assertIsNone" and len(statement.value.args) == 1:
                sides = [statement.value.args[0], ast.Constant(None)]
            elif name in ("assertEqual", "assertEquals", "assertDictEqual"):
                sides = statement.value.args[:2]
        elif isinstance(statement, ast.Assert) and isinstance(statement.test, ast.Compare):
            is_same = isinstance(statement.test.ops[0], ast.Eq | ast.Is)
            sides = [statement.test.left, *statement.test.comparators] if is_same else []
        if len(sides) != 2:
            return None
        one, other = sides if self._calls.is_receive(sides[0]) else reversed(sides)
        if not self._calls.is_receive(one) or self._calls.is_receive(other):
            return None
        assert isinstance(one, ast.Call)
        return Expected(one, other)

    def event(self, expected: Expected) -> str:
        """Return what a comparison with nothing, a close or bytes becomes.

        Raises:
            Left: It is another event, which a modern consumer does not send.
        """
        client = self._expressions.render(expected.call.func.value)  # type: ignore[attr-defined]
        data, code = bytes_of(expected.expected), close_code(expected.expected, self._edits)
        if isinstance(expected.expected, ast.Constant):
            return f"{self._this}.assertTrue(await {client}.receive_nothing())"
        if code is not None:
            return f"await {client}.assert_closed({code})"
        if data is not None:
            text = self._expressions.render(data)
            return f"{self._this}.assertEqual(await {client}.receive_from(), {text})"
        raise self._expressions.left(expected.call, "a modern consumer does not send it")

    def absent_of(self, node: ast.expr) -> ast.Call | None:
        """Return the ``get_next_message()`` that has to find nothing, or ``None``."""
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "assertIsNone":
            inner = node.args[0] if len(node.args) == 1 else None
            if isinstance(inner, ast.Call) and self._expressions.layer.takes(inner):
                return inner
        return None

    def is_rejection(self, statement: ast.With) -> bool:
        """Whether a block expects that the connect in it is rejected."""
        [*_, item] = statement.items
        context, is_alone = item.context_expr, len(statement.body) == len(statement.items) == 1
        if not is_alone or item.optional_vars is not None or not isinstance(context, ast.Call):
            return False
        name = getattr(context.func, "attr", "")
        if name == "assertRaises" and len(context.args) == 1:
            return self._module.meaning(context.args[0]) == _DENIED
        is_message = name == "assertRaisesMessage" and len(context.args) == 2
        return is_message and (literal(context.args[1]) or "").startswith(_REJECTED)

    def rejection(self, statement: ast.With, call: ast.Call) -> str:
        """Return what a block becomes that expects the connect in it to be rejected.

        Raises:
            Left: A modern consumer does not answer so.
        """
        context = statement.items[0].context_expr
        assert isinstance(context, ast.Call)
        text, connect = literal(context.args[-1]) or "", self._calls.connect(call)
        match = _CLOSE.search(text)
        if "accept': False" in text:
            raise self._expressions.left(statement, "a modern consumer does not answer so")
        if match is None:
            return f"{self._this}.assertFalse(({connect})[0])"
        code = USUAL_CODE if match[1] == "True" else match[1]
        return f"{self._this}.assertEqual({connect}, (False, {code}))"

    def answer(self, call: ast.Call, expected: Expected) -> str:
        """Return what a connect and the comparison of its answer become.

        Args:
            call: The connect.
            expected: The comparison.

        Raises:
            Left: A modern consumer does not answer so.
        """
        code = close_code(expected.expected, self._edits)
        if is_acceptance(expected.expected):
            result = "(True, None)"
        elif code is not None:
            result = f"(False, {code})"
        else:
            raise self._expressions.left(expected.call, "a modern consumer does not answer so")
        return f"{self._this}.assertEqual({self._calls.connect(call)}, {result})"

    def event_of(self, statement: ast.stmt) -> Expected | None:
        """Return the comparison with an event that is no frame, or ``None``."""
        expected = self.expected_of(statement)
        return expected if expected is not None and is_event(expected.expected) else None
