"""Converts the statements that connect clients, with what says how they are answered."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ...sources.edits import Edits, line_end_of
from .client_calls import channel_of
from .clients import Clients
from .events import ACCEPTED, answer_of
from .expectations import expected_of, is_rejection, rejection
from .expressions import Expressions
from .family import Method
from .helpers import ANSWER, Helpers, Opening, convert_option, convert_signature
from .silences import Silences
from .statement_lines import StatementLines

# Where a connect is answered neither by an acceptance nor by a refusal.
_NOTHING = "nothing"


class Connects:
    """Converts what connects clients in one method.

    Args:
        method: The method.
        clients: The clients of its family.
        helpers: The helpers of its family.
        silences: After which of its connects nothing comes.
        expressions: Converts its expressions.
        edits: The changes of its module.
    """

    def __init__(
        self,
        method: Method,
        clients: Clients,
        helpers: Helpers,
        silences: Silences,
        expressions: Expressions,
        edits: Edits,
    ) -> None:
        self._method, self._clients = method, clients
        self._helpers, self._silences = helpers, silences
        self._expressions, self._calls = expressions, expressions.calls
        self._edits = edits
        self._lines = StatementLines(method.module, edits)

    def convert(self, statement: ast.stmt, rest: Sequence[ast.stmt]) -> int | None:
        """Add the changes of a statement that connects a client.

        Args:
            statement: The statement.
            rest: Those behind it.

        Returns:
            How many of those behind it became part of it, or ``None`` if it is no such statement.

        Raises:
            Left: How the client is answered is not known.
        """
        opening = self._helpers.opening(self._method, statement)
        if opening is not None:
            answer = None if opening.checks else self._answer(opening.call, opening.client, rest)
            if answer == _NOTHING:
                raise self._expressions.left(opening.call, "whether it is answered is not known")
            convert_option(self._method, opening.call, answer or ACCEPTED, self._edits)
            self._expressions.convert(opening.call, self._edits)
            if answer is not None and self._is_done(opening.client):
                start = self._method.module.span(statement)[0]
                self._edits.replace((start, self._method.module.span(opening.call)[0]), "")
        else:
            call = self._call_of(statement)
            if call is None:
                return None
            answer, expected = None, ACCEPTED
            if call is self._method.opens:
                convert_signature(self._method, self._edits)
                expected = ANSWER
            elif not self._calls.checks_accept(call):
                answer = self._answer(call, self._calls.client_of(call), rest)
            if answer == _NOTHING:
                self._lines.replace(statement, self._unanswered(statement, call))
            else:
                self._lines.replace(statement, self._connected(call, answer or expected))
            if answer is None and rest and self._is_silent(call, rest[0]):
                client = self._calls.spelled(call)
                text = f"{self._method.this}.assertTrue(await {client}.receive_nothing())"
                self._lines.replace(rest[0], text)
                return 1
        if answer is None:
            return 0
        self._lines.remove(rest[0])
        return 1

    def convert_rejection(self, statement: ast.With) -> bool:
        """Add the changes of a block that expects the connect in it to be rejected.

        Args:
            statement: The block.

        Returns:
            Whether it is one.
        """
        opening = self._helpers.opening(self._method, statement.body[0])
        call = self._call_of(statement.body[0]) if opening is None else opening.call
        if call is None or call is self._method.opens:
            return False
        checks = self._calls.checks_accept(call) if opening is None else opening.checks
        if not is_rejection(self._method.module, statement, checks):
            return False
        answer = rejection(statement)
        if opening is not None:
            text = self._rejected(opening, statement, answer)
        elif answer is not None:
            text = self._connected(call, answer)
        else:
            text = f"{self._method.this}.assertFalse(({self._calls.connect(call)})[0])"
        self._lines.replace(statement, text)
        return True

    def _rejected(self, opening: Opening, statement: ast.With, answer: str | None) -> str:
        if answer is None:
            raise self._expressions.left(statement, "with what it is rejected is not known")
        edits = Edits(self._method.module)
        self._expressions.convert(opening.call, edits)
        convert_option(self._method, opening.call, answer, edits)
        return edits.apply(*self._method.module.span(opening.call))

    def _connected(self, call: ast.Call, answer: str) -> str:
        return f"{self._method.this}.assertEqual({self._calls.connect(call)}, {answer})"

    def _unanswered(self, statement: ast.stmt, call: ast.Call) -> str:
        """What a connect becomes that is neither accepted nor refused.

        Where an application is at rest when ``connect()`` has sent, it need not be waited for.
        """
        indent, end = self._lines.indent_of(statement), line_end_of(self._method.module.text)
        connect = self._calls.connect(call, ", timeout=0")
        return f"with {self._method.this}.assertRaises(TimeoutError):{end}{indent}    {connect}"

    def _call_of(self, statement: ast.stmt) -> ast.Call | None:
        """The call of a statement that opens a websocket, or ``None``."""
        call = statement.value if isinstance(statement, ast.Expr) else None
        if channel_of(self._method, self._clients, call) != "websocket.connect":
            return None
        return call if isinstance(call, ast.Call) else None

    def _answer(
        self, call: ast.Call, client: ast.expr | None, rest: Sequence[ast.stmt]
    ) -> str | None:
        """What a connect returns, if the statement behind it says so and nothing else.

        A statement that takes a frame says that the websocket was accepted: servers of Channels 1
        accepted with the first frame, for which a consumer of today has to accept.
        """
        expected = expected_of(rest[0], self._calls) if rest else None
        if expected is not None and self._is_of(expected.call, client):
            is_nothing = isinstance(expected.expected, ast.Constant)
            return _NOTHING if is_nothing else answer_of(expected.expected, self._edits)
        if not rest or not any(self._is_of(each, client) for each in ast.walk(rest[0])):
            raise self._expressions.left(call, "what it answers is not compared behind it")
        return None

    def _is_done(self, client: ast.expr) -> bool:
        """Whether a test names a client of its own for its answer only."""
        if not isinstance(client, ast.Name):
            return False
        nodes = [each for each in ast.walk(self._method.node) if isinstance(each, ast.Name)]
        return [each.id for each in nodes].count(client.id) == 2

    def _is_silent(self, call: ast.Call, statement: ast.stmt) -> bool:
        """Whether a statement takes what comes behind a connect, where nothing does."""
        value = statement.value if isinstance(statement, ast.Expr) else None
        is_taken = value is not None and self._is_of(value, self._calls.client_of(call))
        is_checked = call is not self._method.opens and self._calls.checks_accept(call)
        return is_taken and is_checked and self._silences.has(self._method, call)

    def _is_of(self, node: ast.AST, client: ast.expr | None) -> bool:
        """Whether a node takes a frame of a client."""
        own = self._calls.client_of(node) if self._calls.is_receive(node) else None
        return own is not None and client is not None and ast.unparse(own) == ast.unparse(client)
