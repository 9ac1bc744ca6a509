"""Converts the statements of a method that becomes a coroutine."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ...sources.edits import Edits, line_end_of, strings_of
from ...sources.project import Project
from .assertions import Assertions
from .clients import Clients
from .connects import Connects
from .dialect import COMMUNICATOR, new_base
from .expressions import Expressions
from .family import Method, is_super
from .helpers import Helpers
from .loops import collected, emptied
from .own_routes import router_of, routes_of
from .silences import Silences
from .statement_lines import StatementLines

# Context managers that work around an await.
_CONTEXTS = {
    *("assertRaises", "assertRaisesMessage", "assertRaisesRegex", "assertRaisesRegexp"),
    *("assertLogs", "assertNoLogs", "assertWarns", "assertWarnsRegex", "assertWarnsMessage"),
    *("subTest", "settings", "modify_settings", "captureOnCommitCallbacks"),
}
_MODULES = (
    "unittest.mock.",
    "mock.",
    "django.test.override_settings",
    "django.test.utils.override",
)
# Failures of a client that a test may expect: a communicator fails in other words.
_FAILURES = {"AssertionError", "Exception", "BaseException"}
_NOTHING = (ast.Pass, ast.Break, ast.Continue, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal)

Block = Sequence[ast.stmt]


class Statements:
    """Converts statements of one method.

    Args:
        project: The project.
        method: The method.
        clients: The clients of its family.
        helpers: The helpers of its family.
        silences: After which of its connects nothing comes.
        expressions: Converts its expressions.
        edits: The changes of its module.
    """

    def __init__(
        self,
        project: Project,
        method: Method,
        clients: Clients,
        helpers: Helpers,
        silences: Silences,
        expressions: Expressions,
        edits: Edits,
    ) -> None:
        self._project = project
        self._method, self._clients, self._edits = method, clients, edits
        self._module = method.module
        self._expressions = expressions
        self._calls = expressions.calls
        self._lines = StatementLines(method.module, edits)
        self._assertions = Assertions(method, expressions, edits)
        self._helpers, self._silences = helpers, silences
        self._connects = Connects(method, clients, helpers, silences, expressions, edits)

    def convert(self, block: Block) -> None:
        """Add the changes of the statements of a block.

        Args:
            block: The statements.

        Raises:
            Left: What one becomes is not known.
        """
        done: set[int] = set()
        for number, statement in enumerate(block):
            if id(statement) in done:
                continue
            settings = self._settings_behind(statement, block[number + 1 :])
            if settings:
                self._convert_settings(statement, settings)
                for each in block[number + 1 : number + 1 + len(settings)]:
                    self._lines.remove(each)
                    done.add(id(each))
            elif (count := self._connects.convert(statement, block[number + 1 :])) is not None:
                done |= {id(each) for each in block[number + 1 : number + 1 + count]}
            elif (found := self._collected_behind(statement, block[number + 1 :])) is not None:
                self._lines.remove(statement)
                self._lines.replace(block[number + 1], found)
                done.add(id(block[number + 1]))
            elif (
                event := self._assertions.event_behind(statement, block[number + 1 :])
            ) is not None:
                self._lines.replace(statement, self._assertions.event(event))
                self._lines.remove(block[number + 1])
                done.add(id(block[number + 1]))
            else:
                self._convert_one(statement, block)

    def _convert_one(self, statement: ast.stmt, block: Block) -> None:
        if isinstance(statement, ast.Expr):
            self._convert_expression(statement)
        elif isinstance(statement, ast.Assign):
            self._convert_assignment(statement, block)
        elif isinstance(statement, ast.AugAssign | ast.AnnAssign | ast.Return | ast.Raise):
            value = statement.exc if isinstance(statement, ast.Raise) else statement.value
            if value is not None:
                self._expressions.convert(value, self._edits)
        elif isinstance(statement, ast.Assert):
            self._convert_assert(statement)
        elif isinstance(statement, ast.For):
            self._convert_loop(statement)
        elif (receive := emptied(statement, self._calls)) is not None:
            text = f"await {self._calls.spelled(receive)}.receive_all()"
            self._lines.replace(statement, text)
        elif isinstance(statement, ast.If | ast.While):
            self._expressions.convert(statement.test, self._edits)
            self.convert(statement.body)
            self.convert(statement.orelse)
        elif isinstance(statement, ast.With):
            self._convert_with(statement)
        elif isinstance(statement, ast.Try):
            self._convert_try(statement)
        elif not isinstance(statement, _NOTHING) and self._expressions.is_awaited(statement):
            raise self._expressions.left(statement, "an await cannot stand here")

    def _collected_behind(self, statement: ast.stmt, rest: Block) -> str | None:
        """What becomes of a statement, and of the loop behind it, which collect all frames."""
        found = collected(statement, rest[0], self._calls) if rest else None
        if found is None:
            return None
        client = self._calls.spelled(found.receive)
        text = f"await {client}.receive_all()"
        if self._calls.is_json(found.receive):
            self._expressions.need("json", "loads")
            text = f"[loads(frame) for frame in {text}]"
        return f"return {text}" if found.name is None else f"{found.name} = {text}"

    def _settings_behind(self, statement: ast.stmt, rest: Block) -> list[tuple[str, str]]:
        """The cookies and headers that the statements behind the making of a client set."""
        found: list[tuple[str, str]] = []
        if not isinstance(statement, ast.Assign) or len(statement.targets) > 1:
            return found
        if not self._clients.makes(self._method, statement.value):
            return found
        for each in rest:
            value = each.value if isinstance(each, ast.Expr) else each
            setting = self._calls.settings(value, statement.targets[0])
            if setting is None:
                break
            found.append(setting)
        return found

    def _convert_settings(self, statement: ast.stmt, settings: list[tuple[str, str]]) -> None:
        assert isinstance(statement, ast.Assign)
        arguments = []
        for name in dict.fromkeys(name for name, _ in settings):
            pairs = ", ".join(pair for each, pair in settings if each == name)
            arguments.append(f"{name}={{{pairs}}}")
        made = self._expressions.creation(statement.value).removesuffix("()")
        self._edits.replace_node(statement.value, f"{made}({', '.join(arguments)})")

    @property
    def _this(self) -> str:
        return self._method.this

    def _convert_expression(self, statement: ast.Expr) -> None:
        expected = self._assertions.event_of(statement)
        if expected is not None:
            self._lines.replace(statement, self._assertions.event(expected))
        elif (channel := self._calls.consumed(statement.value)) is not None:
            self._convert_consume(statement, channel)
        elif (sent := self._calls.sent(statement.value)) is not None:
            self._convert_consume(statement, sent[0], self._expressions.layer.send(*sent))
        elif (call := self._assertions.absent_of(statement.value)) is not None:
            self._lines.replace(statement, self._expressions.layer.nothing(call))
        elif (login := self._calls.checked_login(statement.value)) is not None:
            self._lines.replace(statement, self._calls.log_in(login))
        elif is_super_set_up(statement.value):
            self._convert_super(statement.value)
        elif self._calls.client_of(statement.value) is not None:
            self._lines.replace(statement, self._expressions.render(statement.value))
        else:
            self._expressions.convert(statement.value, self._edits)

    def _convert_consume(self, statement: ast.Expr, channel: ast.expr, send: str = "") -> None:
        """Have a worker run the one message that waits on a channel, or is sent there now."""
        self._expressions.need("channeltest", "worker")
        name = self._expressions.render(channel)
        indent = self._lines.indent_of(statement)
        end = line_end_of(self._module.text)
        before = f"{send}{end}{indent}" if send else ""
        text = f"{before}async with worker({name}, messages=1):{end}{indent}    pass"
        self._lines.replace(statement, text)

    def _convert_super(self, call: ast.expr) -> None:
        """Await the ``setUp`` above; one of a class that is no test case cannot be awaited."""
        assert isinstance(call, ast.Call)
        if all(new_base(self._module, base) for base in self._method.owner.bases):
            start = self._module.span(call)[0]
            self._edits.replace((start, start), "await ")
        else:
            self._expressions.need("asgiref.sync", "sync_to_async")
            text = f"await sync_to_async({self._module.source(call.func)})()"
            self._edits.replace_node(call, text)

    def _convert_assert(self, statement: ast.Assert) -> None:
        expected = self._assertions.event_of(statement)
        if expected is not None:
            self._lines.replace(statement, self._assertions.event(expected))
        else:
            self._expressions.convert(statement.test, self._edits)

    def _convert_assignment(self, statement: ast.Assign, block: Block) -> None:
        for target in statement.targets:
            if isinstance(target, ast.Attribute) and self._clients.has(self._method, target.value):
                if target.attr == "reply_channel":
                    if len(block) == 1:
                        raise self._expressions.left(statement, "nothing else stands here")
                    self._lines.remove(statement)
                    return
                if target.attr.startswith("_") or target.attr in COMMUNICATOR:
                    reason = f"a communicator has another {target.attr}, or none"
                    raise self._expressions.left(statement, reason)
            if self._expressions.is_awaited(target):
                self._expressions.convert(target, self._edits)
        self._expressions.convert(statement.value, self._edits)

    def _convert_loop(self, statement: ast.For) -> None:
        expressions = self._expressions
        if not expressions.is_awaited(statement.iter) and expressions.blocking.is_query(
            statement.iter
        ):
            expressions.need("asgiref.sync", "sync_to_async")
            start, end = self._module.span(statement.iter)
            self._edits.replace((start, start), "await sync_to_async(lambda: list(")
            self._edits.replace((end, end), "))()")
        else:
            expressions.convert(statement.iter, self._edits)
        self.convert(statement.body)
        self.convert(statement.orelse)

    def _convert_with(self, statement: ast.With) -> None:
        if self._connects.convert_rejection(statement):
            return
        routes = routes_of(self._module, statement.items[0].context_expr)
        if routes is not None:
            self._convert_routes(statement, routes)
            return
        for item in statement.items:
            context = item.context_expr
            if not self._is_known_context(context):
                raise self._expressions.left(context, "what this block does is not known")
            if self._expects_failure(context) and self._uses_clients(statement):
                raise self._expressions.left(context, "a communicator fails in other words")
            for argument in getattr(context, "args", ()):
                self._expressions.convert(argument, self._edits)
        self.convert(statement.body)

    def _convert_routes(self, statement: ast.With, routes: ast.expr) -> None:
        """Have the clients of the rest of a test connect to routes of its own."""
        others = [each for each in self._method.node.body if each is not statement]
        is_last = self._method.node.body[-1] is statement and len(statement.items) == 1
        uses = [each for other in others for each in ast.walk(other)]
        shares = [each for each in ast.walk(statement) if self._is_of_case(each)]
        if not is_last or shares or any(self._calls.client_of(each) for each in uses):
            raise self._expressions.left(statement, "some of its clients have other routes")
        if any(self._clients.makes(self._method, each) for each in uses):
            raise self._expressions.left(statement, "its clients are made in front of the routes")
        router = router_of(self._project, self._module, routes, self._expressions.need)
        edits = Edits(self._module)
        inner = Statements(
            *(self._project, self._method, self._clients, self._helpers, self._silences),
            *(self._expressions, edits),
        )
        inner.convert(statement.body)
        indent = self._lines.indent_of(statement)
        start, end = self._module.span(statement)
        first = self._module.line_start(self._module.span(statement.body[0])[0])
        if first <= start or strings_of(self._module.text[first:end]):
            raise self._expressions.left(statement, "its block cannot be moved to the left")
        unit = self._module.span(statement.body[0])[0] - first - len(indent)
        lines = edits.apply(first, end).splitlines(keepends=True)
        text = "".join(line[unit:] if line[:unit].isspace() else line for line in lines)
        line_end = line_end_of(self._module.text)
        self._edits.replace((start, end), f"{self._this}.router = {router}{line_end}{text}")

    def _is_of_case(self, node: ast.AST) -> bool:
        """Whether a node is a client that the test case has."""
        return isinstance(node, ast.Attribute) and self._clients.has(self._method, node)

    def _is_known_context(self, context: ast.expr) -> bool:
        function = context.func if isinstance(context, ast.Call) else context
        if isinstance(function, ast.Attribute) and ast.unparse(function.value) == self._this:
            return function.attr in _CONTEXTS
        return (self._module.meaning(function) or "").startswith(_MODULES)

    def _expects_failure(self, context: ast.expr) -> bool:
        arguments = context.args if isinstance(context, ast.Call) else []
        names = {each.id for each in arguments[:1] if isinstance(each, ast.Name)}
        return bool(names & _FAILURES)

    def _uses_clients(self, node: ast.AST) -> bool:
        return self._expressions.is_awaited(node)

    def _convert_try(self, statement: ast.Try) -> None:
        for handler in statement.handlers:
            names = {each.id for each in ast.walk(handler.type or handler) if hasattr(each, "id")}
            if (handler.type is None or names & _FAILURES) and self._uses_clients(statement):
                raise self._expressions.left(statement, "a communicator fails in other words")
            self.convert(handler.body)
        for block in (statement.body, statement.orelse, statement.finalbody):
            self.convert(block)


def is_super_set_up(node: ast.expr) -> bool:
    """Whether an expression is ``super().setUp()`` or ``super().tearDown()``."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("setUp", "tearDown")
        and is_super(node.func.value)
    )
