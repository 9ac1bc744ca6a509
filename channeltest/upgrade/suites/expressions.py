"""Converts the expressions of a method that becomes a coroutine."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Collection
from typing import TypeGuard

from ...sources.edits import Edits
from ..outcome import Left
from .blocking import Blocking
from .client_calls import ClientCalls
from .clients import Clients
from .dialect import dialect_name
from .family import Family, Method, is_super
from .frame_uses import check_frame
from .handlers import Handlers
from .layer_calls import LayerCalls
from .messages import Messages
from .values import Values

_NEEDS_PARENTHESES = (ast.Attribute, ast.Subscript, ast.Call)
# What is evaluated as a whole where the database may be used.
_WHOLE = (
    *(ast.Call, ast.Attribute, ast.Subscript, ast.JoinedStr),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)
# What an await cannot stand in.
_OTHERS = (ast.Lambda, ast.GeneratorExp, ast.JoinedStr)


class Expressions:
    """Converts expressions of one method.

    Args:
        family: The family of the method.
        clients: Its clients.
        values: What its names stand for.
        method: The method.
        need: Is called with the module and the name of what the new text imports.
        handlers: The handlers of the project.
        relations: As for `Blocking`.
    """

    def __init__(
        self,
        family: Family,
        clients: Clients,
        values: Values,
        method: Method,
        need: Callable[[str, str], None],
        handlers: Handlers,
        relations: Collection[str],
    ) -> None:
        self._family, self._clients, self._method = family, clients, method
        self._module = method.module
        self.need = need
        self.blocking = Blocking(method, relations)
        self.calls = ClientCalls(method, clients, values, self.render)
        self.messages = Messages(method, handlers)
        self.layer = LayerCalls(method, self.render, need, handlers)

    def render(self, node: ast.expr) -> str:
        """Return the text of an expression as it is converted."""
        edits = Edits(self._module)
        self.convert(node, edits)
        return edits.apply(*self._module.span(node))

    def is_awaited(self, node: ast.AST) -> bool:
        """Whether something in a node, that it evaluates, becomes an ``await``."""
        return any(self._is_own(each) for each in ast.walk(node))

    def convert(self, node: ast.expr, edits: Edits) -> None:
        """Add the changes of an expression.

        Args:
            node: The expression.
            edits: The changes of its module, to which nothing was added in the expression.

        Raises:
            Left: What it becomes is not known.
        """
        if self._clients.makes(self._method, node):
            edits.replace_node(node, self.creation(node))
        elif self._is_channel(node):
            edits.replace_node(node, self._channel(node))
        elif not self.is_awaited(node):
            if self.blocking.has(node):
                self._move(node, edits)
            else:
                self._convert_made(node, edits)
        elif isinstance(node, _OTHERS):
            raise self.left(node, "an await cannot stand here")
        elif isinstance(node, ast.Call):
            self._convert_call(node, edits)
        else:
            self._convert_parts(node, edits)

    def creation(self, node: ast.AST) -> str:
        """Return what the making of a client becomes."""
        assert isinstance(node, ast.Call)
        known = {"ordered"}
        if node.args or not {each.arg for each in node.keywords} <= known:
            raise self.left(node, "the client is on another layer")
        around = next(self._module.around(node))
        is_plain = dialect_name(self._module, node.func) == "Client"
        if is_plain and self._clients.receive and not isinstance(around, ast.Attribute):
            raise self.left(node, "such a client receives messages, and no frames")
        if not self._method.this:
            raise self.left(node, "there is no test case to make the communicator")
        return f"{self._method.this}.create_communicator()"

    def left(self, node: ast.expr | ast.stmt, reason: str) -> Left:
        """Return why the family is left alone."""
        return Left(self._module, node, reason)

    def _is_channel(self, node: ast.AST) -> TypeGuard[ast.Attribute]:
        """Whether an expression is the channel of a client."""
        if not isinstance(node, ast.Attribute) or not isinstance(node.ctx, ast.Load):
            return False
        return node.attr == "reply_channel" and self._clients.has(self._method, node.value)

    def _channel(self, node: ast.Attribute) -> str:
        """The channel of the consumer that serves a client, as it had the name of the client's."""
        return f"{self._module.source(node).removesuffix(node.attr)}consumer.channel_name"

    def _is_own(self, node: ast.AST) -> bool:
        if self.calls.client_of(node) is not None or self.layer.has(node):
            return True
        name = self._method.called(node)
        return any(each.is_coroutine for each in self._family.named(name)) if name else False

    def _convert_made(self, node: ast.expr, edits: Edits) -> None:
        """Convert the clients and messages in an expression which needs nothing else."""
        for each in ast.walk(node):
            if isinstance(each, ast.expr) and self._clients.makes(self._method, each):
                edits.replace_node(each, self.creation(each))
            elif isinstance(each, ast.Attribute) and self.messages.is_content(each):
                edits.replace_node(each, self._module.source(each.value))
            elif self._is_channel(each):
                edits.replace_node(each, self._channel(each))
            elif isinstance(each, ast.Dict):
                self._add_type(each, edits)

    def _add_type(self, node: ast.Dict, edits: Edits) -> None:
        """Have a dict that is compared with a message of today have its type."""
        kind = self.messages.type_in(node)
        if kind:
            start = self._module.span(node)[0] + 1
            comma = (
                ", " if node.keys and self._module.text[start] != "\n" else "," * bool(node.keys)
            )
            edits.replace((start, start), f'"type": "{kind}"{comma}')

    def _convert_parts(self, node: ast.AST, edits: Edits) -> None:
        if isinstance(node, ast.Dict):
            self._add_type(node, edits)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.convert(child, edits)
            elif isinstance(child, ast.keyword | ast.comprehension):
                self._convert_parts(child, edits)

    def _convert_call(self, node: ast.Call, edits: Edits) -> None:
        if self.calls.client_of(node) is not None:
            if self.calls.is_receive(node):
                check_frame(self._family, self._method, node)
            self._replace(node, self.calls.text(node), edits)
        elif self.layer.has(node):
            self._replace(node, self.layer.text(node), edits)
        elif self._is_own(node):
            self._await(node, edits)
        else:
            if self.is_awaited(node.func):
                self._convert_parts(node.func, edits)
            elif self.blocking.has(node.func):
                raise self.left(node, "a query and a frame stand in one expression")
            elif not self.blocking.is_plain_call(node) and not self._is_of_values(node):
                self._move_call(node, edits)
                return
            self._convert_arguments(node, edits)

    def _is_of_values(self, node: ast.Call) -> bool:
        """Whether a builtin function is called with what awaits return."""
        return isinstance(node.func, ast.Name) and hasattr(builtins, node.func.id)

    def _convert_arguments(self, node: ast.Call, edits: Edits) -> None:
        for argument in node.args:
            self.convert(argument, edits)
        for keyword in node.keywords:
            self.convert(keyword.value, edits)

    def _replace(self, node: ast.Call, text: str, edits: Edits) -> None:
        edits.replace_node(node, f"({text})" if self._needs_parentheses(node) else text)

    def _await(self, node: ast.Call, edits: Edits) -> None:
        start, end = self._module.span(node)
        is_inner = self._needs_parentheses(node)
        edits.replace((start, start), "(await " if is_inner else "await ")
        self._convert_arguments(node, edits)
        if is_inner:
            edits.replace((end, end), ")")

    def _needs_parentheses(self, node: ast.expr) -> bool:
        parent = next(self._module.around(node))
        if isinstance(parent, ast.Call):
            return parent.func is node
        return isinstance(parent, ast.Attribute | ast.Subscript) and parent.value is node

    # What runs in the test's thread

    def _move(self, node: ast.expr, edits: Edits) -> None:
        """Have an expression without an await evaluated where the database may be used."""
        if isinstance(node, ast.Call) and not self.blocking.has(node.func):
            if self.blocking.is_plain_call(node):
                self._convert_arguments(node, edits)
            else:
                self._move_call(node, edits)
        elif isinstance(node, _WHOLE):
            self._move_whole(node, edits)
        else:
            self._convert_parts(node, edits)

    def _move_call(self, node: ast.Call, edits: Edits) -> None:
        self.need("asgiref.sync", "sync_to_async")
        start, end = self._module.span(node.func)
        is_inner = self._needs_parentheses(node)
        edits.replace((start, start), "(" * is_inner + "await sync_to_async(")
        edits.replace((end, end), ")")
        self._convert_arguments(node, edits)
        if is_inner:
            edits.replace((self._module.span(node)[1],) * 2, ")")

    def _move_whole(self, node: ast.expr, edits: Edits) -> None:
        inside = [each for each in ast.walk(node) if isinstance(each, ast.expr)]
        if any(isinstance(each, ast.NamedExpr) or is_super(each) for each in inside):
            raise self.left(node, "a lambda cannot do what this query does")
        if any(
            self._clients.makes(self._method, each) or self.messages.is_content(each)
            for each in inside
        ):
            raise self.left(node, "a query stands beside a client or a message")
        self.need("asgiref.sync", "sync_to_async")
        start, end = self._module.span(node)
        is_inner = self._needs_parentheses(node)
        edits.replace((start, start), "(" * is_inner + "await sync_to_async(lambda: ")
        edits.replace((end, end), ")()" + ")" * is_inner)
