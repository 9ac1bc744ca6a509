"""Says whether the statements of a function may run in an event loop."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator, Mapping

from .calling import Calling
from .calls import Doing
from .expressions import parameters
from .values import NOUNS, Function, Kind, Surroundings, larger

_SCOPES = (
    ast.FunctionDef | ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
)
_NOTHING = ast.Pass | ast.Break | ast.Continue | ast.Nonlocal
_SUPPRESS = "contextlib.suppress"


class Body(Calling):
    """The body of a function.

    Args:
        around: The consumer that runs it, and the project.
        function: The function.
        arguments: The kinds of its arguments.

    Attributes:
        returned: What it returns.
    """

    def __init__(
        self, around: Surroundings, function: Function, arguments: Mapping[str, Kind]
    ) -> None:
        super().__init__(around, function)
        self.returned: Kind = "data"
        self._is_nested = False
        self.names = dict.fromkeys(_stored(function.node), "data")
        self.names.update(arguments)

    def check(self) -> None:
        """Look at all statements, again until it is known what each variable may be.

        Raises:
            Left: The function may wait, or read a database.
        """
        node = self.function.node
        for name in _stored_inside(node):
            if name in self.module.definitions or name in self.module.imports:
                raise self.left(node, f"{name} stands for two things in it")
        self.defaults(node.args)
        before: dict[str, Kind] | None = None
        while before != self.names:
            before, self.doing = dict(self.names), Doing()
            self._block(node.body)

    def _block(self, statements: Iterable[ast.stmt]) -> None:
        for each in statements:
            self._statement(each)

    def _statement(self, node: ast.stmt) -> None:
        if isinstance(node, ast.Expr):
            self.kind(node.value)
        elif isinstance(node, ast.Return):
            self._return(node)
        elif isinstance(node, ast.If | ast.While):
            self.kind(node.test)
            self._block([*node.body, *node.orelse])
        elif isinstance(node, ast.For):
            self.data([node.iter])
            self.bind(node.target, "data")
            self._block([*node.body, *node.orelse])
        elif isinstance(node, ast.Try):
            self._try(node)
        elif isinstance(node, ast.With):
            self._with(node)
        elif isinstance(node, ast.Raise):
            self._raise(node)
        elif isinstance(node, ast.FunctionDef):
            self._nested(node)
        elif not isinstance(node, _NOTHING):
            self._assignment(node)

    def _assignment(self, node: ast.stmt) -> None:
        if isinstance(node, ast.Assign):
            kind = self.kind(node.value)
            for target in node.targets:
                self.bind(target, kind)
        elif isinstance(node, ast.AnnAssign):
            if node.value is not None:
                self.bind(node.target, self.kind(node.value))
        elif isinstance(node, ast.AugAssign):
            self.data([node.target, node.value])
            self.bind(node.target, "data")
        elif isinstance(node, ast.Delete):
            for target in node.targets:
                self.bind(target, "data")
        elif isinstance(node, ast.Assert):
            self.kind(node.test)
            self.data([node.msg])
        elif isinstance(node, ast.Import | ast.ImportFrom):
            raise self.left(node, "it imports when it runs")
        else:
            raise self.left(node, "what this does is not known")

    def _return(self, node: ast.Return) -> None:
        if node.value is None:
            return
        kind = self.kind(node.value)
        if kind not in ("data", "user") or (kind == "user" and self._is_nested):
            raise self.left(node, f"it returns {NOUNS[kind]}")
        self.returned = larger(self.returned, kind)

    def _try(self, node: ast.Try) -> None:
        self._block(node.body)
        for handler in node.handlers:
            # The name of an exception does nothing by itself.
            for each in ast.walk(handler.type) if handler.type else ():
                if not isinstance(each, ast.Name | ast.Attribute | ast.Tuple | ast.Load):
                    raise self.left(node, "which exceptions it catches is not known")
            self._block(handler.body)
        self._block([*node.orelse, *node.finalbody])

    def _with(self, node: ast.With) -> None:
        for item in node.items:
            each = item.context_expr
            if not isinstance(each, ast.Call) or self.module.meaning(each.func) != _SUPPRESS:
                raise self.left(each, "what it enters with 'with' is not known")
        self._block(node.body)

    def _raise(self, node: ast.Raise) -> None:
        made = node.exc
        if isinstance(made, ast.Call):
            self.check_arguments(made)
            made = made.func
        if made is not None and not self._is_exception(made):
            raise self.left(node, "what raising this does is not known")
        if node.cause is not None:
            self.kind(node.cause)

    def _is_exception(self, node: ast.expr) -> bool:
        name = self.meaning(node)
        if name is None:
            return isinstance(node, ast.Name) and (
                node.id in self.names or _is_builtin_exception(node.id)
            )
        definition = self.around.project.definition(name)
        if definition is not None:
            module, found = definition
            return (
                isinstance(found, ast.ClassDef)
                and not any(isinstance(each, ast.FunctionDef) for each in found.body)
                and all(
                    module.meaning(base) is None and _is_builtin_exception(getattr(base, "id", ""))
                    for base in found.bases
                )
            )
        return self.kind(node) == "function"

    def _nested(self, node: ast.FunctionDef) -> None:
        if node.decorator_list:
            raise self.left(node, "what its decorators do is not known")
        self.defaults(node.args)
        for each in parameters(node.args):
            self.bind(ast.Name(each.arg), "data")
        before = self.problem, self._is_nested
        self.problem, self._is_nested = self.problem or "inside of a nested function", True
        self._block(node.body)
        self.problem, self._is_nested = before
        self.names[node.name] = "function"


def _is_builtin_exception(name: str) -> bool:
    found = getattr(builtins, name, None)
    return isinstance(found, type) and issubclass(found, BaseException)


def _stored(node: ast.AST) -> Iterator[str]:
    """The names that a function assigns to, those inside of it too."""
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            yield each.id
        elif isinstance(each, ast.ExceptHandler) and each.name:
            yield each.name
        elif isinstance(each, ast.Lambda | ast.FunctionDef) and each is not node:
            yield from (arg.arg for arg in parameters(each.args))
            if isinstance(each, ast.FunctionDef):
                yield each.name


def _stored_inside(function: ast.FunctionDef) -> Iterator[str]:
    """The names that have a meaning in a part of a function only."""
    for node in ast.walk(function):
        if isinstance(node, _SCOPES) and node is not function:
            yield from _stored(node)
            if isinstance(node, ast.Lambda | ast.FunctionDef):
                yield from (arg.arg for arg in parameters(node.args))
