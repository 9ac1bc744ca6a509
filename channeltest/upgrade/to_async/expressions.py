"""Says what the expressions of a function are."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from ...sources.literals import literal
from . import constants
from .references import References
from .values import NOUNS, Kind, larger

_COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
# Those that only work on what they are made of.
_MADE_OF_DATA = (
    ast.BinOp
    | ast.UnaryOp
    | ast.List
    | ast.Tuple
    | ast.Set
    | ast.Dict
    | ast.Slice
    | ast.Starred
    | ast.FormattedValue
    | ast.Yield
    | ast.YieldFrom
)


class Expressions(References):
    """The expressions of a function."""

    def kind(self, node: ast.expr) -> Kind:
        """Return what an expression is.

        Raises:
            Left: It may wait, or read a database.
        """
        if isinstance(node, ast.Constant):
            return "data"
        if isinstance(node, ast.Name):
            return self.name(node)
        if isinstance(node, ast.Attribute):
            return self.attribute(node)
        if isinstance(node, ast.Call):
            return self.call(node)
        if isinstance(node, ast.Subscript):
            return self._subscript(node)
        if isinstance(node, ast.BoolOp | ast.IfExp):
            return self._choice(node)
        if isinstance(node, ast.NamedExpr):
            kind = self.kind(node.value)
            self.bind(node.target, kind)
            return kind
        if isinstance(node, ast.Lambda):
            self._lambda(node)
            return "function"
        self._check(node)
        return "data"

    def call(self, node: ast.Call) -> Kind:
        """Return what a call returns."""
        raise NotImplementedError

    def _check(self, node: ast.expr) -> None:
        """Check an expression whose value is data."""
        if isinstance(node, ast.JoinedStr):
            self.without_await("inside of an f-string", node.values)
        elif isinstance(node, _COMPREHENSIONS):
            self._comprehension(node)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            self.kind(node.operand)
        elif isinstance(node, ast.Compare):
            self._compare(node)
        elif isinstance(node, _MADE_OF_DATA):
            self.data(each for each in ast.iter_child_nodes(node) if isinstance(each, ast.expr))
        else:
            raise self.left(node, "what this does is not known")

    def _subscript(self, node: ast.Subscript) -> Kind:
        kind = self.kind(node.value)
        if kind == "scope":
            return self.key_of_scope(node, literal(node.slice))
        if kind != "data":
            raise self.left(node, f"what becomes of {NOUNS[kind]} here is not known")
        self.data([node.slice])
        return "data"

    def _choice(self, node: ast.BoolOp | ast.IfExp) -> Kind:
        nodes = node.values if isinstance(node, ast.BoolOp) else [node.body, node.orelse]
        if isinstance(node, ast.IfExp):
            self.kind(node.test)
        found: Kind = "data"
        for each in nodes:
            found = larger(found, self.kind(each))
        return found

    def _compare(self, node: ast.Compare) -> None:
        operands = [node.left, *node.comparators]
        if all(isinstance(each, ast.Is | ast.IsNot) for each in node.ops):
            for each in operands:
                self.kind(each)
        else:
            self.data(operands)

    def without_await(self, problem: str, nodes: Iterable[ast.expr]) -> None:
        """Check data at a place where nothing can be awaited.

        Args:
            problem: Where it is, as the end of a sentence.
            nodes: The data.
        """
        before = self.problem
        self.problem = before or problem
        self.data(nodes)
        self.problem = before

    def _comprehension(self, node: _COMPREHENSIONS) -> None:
        before = self.problem
        if isinstance(node, ast.GeneratorExp):
            self.problem = before or "inside of a generator"
        for each in node.generators:
            self.data([each.iter])
            self.bind(each.target, "data")
            for test in each.ifs:
                self.kind(test)
        self.data([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt])
        self.problem = before

    def defaults(self, arguments: ast.arguments) -> None:
        """Check that what arguments are by default cannot be changed: all calls share it."""
        for each in (*arguments.defaults, *arguments.kw_defaults):
            if each is not None:
                self.data([each])
                if not constants.is_constant(self.module, each):
                    raise self.left(each, "a call may change what is the default of all")

    def _lambda(self, node: ast.Lambda) -> None:
        self.defaults(node.args)
        for each in parameters(node.args):
            self.bind(ast.Name(each.arg), "data")
        self.without_await("inside of a lambda", [node.body])


def parameters(arguments: ast.arguments) -> list[ast.arg]:
    """Return the arguments of a function, those with stars too."""
    starred = [each for each in (arguments.vararg, arguments.kwarg) if each is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *starred]
