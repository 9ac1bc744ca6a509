"""Finds the clients of a family: the variables, attributes and results that hold one."""

from __future__ import annotations

import ast

from ..outcome import Left
from .dialect import CONVERTED, METHODS, OF_CLIENTS, is_client_class
from .family import Family, Method
from .values import arguments_of, more_arguments

_Place = tuple[str, str]
# What may stand around a client.
_KNOWN = (
    *(ast.Attribute, ast.Return, ast.Assign, ast.For, ast.comprehension),
    *(ast.Tuple, ast.List, ast.Starred),
)
# Expressions which are one of the clients in them.
CHOICES = (ast.BoolOp, ast.IfExp)


class Clients:
    """Which expressions of a family are clients of Channels 1, or several of them.

    Args:
        family: The family.

    Raises:
        Left: A variable is a client in one place and something else in another.
    """

    def __init__(self, family: Family) -> None:
        self._family = family
        # Where clients are: attributes of the instance, results and arguments of methods, and
        # variables of them. With "[]" behind its name, a place holds several.
        self._places: set[_Place] = set()
        # The attributes that tests give clients.
        self._attributes: set[str] = set()
        size = -1
        while size < len(self._places):
            size = len(self._places)
            for method in family.methods:
                self._read(method)

    @property
    def receive(self) -> bool:
        """Whether any of them receives something."""
        return any(
            isinstance(node, ast.Attribute)
            and node.attr == "receive"
            and self.has(method, node.value)
            for method in self._family.methods
            for node in ast.walk(method.node)
        )

    def has(self, method: Method, node: ast.AST) -> bool:
        """Whether an expression is a client."""
        return self._kind(method, node) == "client"

    def has_several(self, method: Method, node: ast.AST) -> bool:
        """Whether an expression is a tuple or a list of clients."""
        return self._kind(method, node) == "several"

    def makes(self, method: Method, node: ast.AST) -> bool:
        """Whether an expression makes a client."""
        return isinstance(node, ast.Call) and is_client_class(method.module, node.func)

    def check_used(self, method: Method) -> None:
        """Check that each client of a method is used in a way that is known.

        Raises:
            Left: It is handed on to other code, or something is read of it that a communicator
                has not.
        """
        for node in ast.walk(method.node):
            if isinstance(node, ast.Attribute):
                self._check_attribute(method, node)
            if isinstance(node, ast.Call) and self._kind(method, node):
                around = next(method.module.around(node))
                if isinstance(around, CHOICES) and not self._kind(method, around):
                    raise Left(method.module, node, "it may be a client, or something else")
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                is_known = not self._kind(method, node) or self._is_known_use(method, node)
                if not is_known:
                    raise Left(method.module, node, "the client is handed on to other code")

    def _check_attribute(self, method: Method, node: ast.Attribute) -> None:
        is_own = isinstance(node.ctx, ast.Store) or node.attr in self._attributes
        if self.has(method, node.value):
            if node.attr not in CONVERTED and not is_own:
                reason = f"what {node.attr} of the client becomes is not known"
                raise Left(method.module, node, reason)
            around = next(method.module.around(node))
            is_called = isinstance(around, ast.Call) and around.func is node
            if node.attr in CONVERTED - {"reply_channel"} and not is_called and not is_own:
                raise Left(method.module, node, f"{node.attr} of the client is handed on")
        elif node.attr in METHODS and not method.called(next(method.module.around(node))):
            raise Left(method.module, node, "what its client is is not known")

    def _is_known_use(self, method: Method, node: ast.expr) -> bool:
        parent = next(method.module.around(node))
        if isinstance(parent, _KNOWN):
            return True
        if isinstance(parent, ast.Compare):
            return all(getattr(each, "value", "") is None for each in parent.comparators)
        if isinstance(parent, CHOICES):
            return bool(self._kind(method, parent)) and self._is_known_use(method, parent)
        if isinstance(parent, ast.Subscript):
            return parent.value is node
        if isinstance(parent, ast.keyword):
            parent = next(method.module.around(parent))
        if isinstance(parent, ast.Call) and is_append(parent):
            assert isinstance(parent.func, ast.Attribute)
            return self.has_several(method, parent.func.value)
        return bool(method.called(parent) and self._family.named(method.called(parent)))

    def _kind(self, method: Method, node: ast.AST) -> str:
        if self.makes(method, node):
            return "client"
        place = self._place_of(method, node)
        if place is not None:
            owner, name = place
            if place in self._places:
                return "client"
            return "several" if (owner, f"{name}[]") in self._places else ""
        if isinstance(node, ast.Tuple | ast.List) and node.elts:
            return "several" if all(self.has(method, each) for each in node.elts) else ""
        if isinstance(node, ast.BoolOp):
            return "client" if all(self.has(method, each) for each in node.values) else ""
        if isinstance(node, ast.IfExp):
            is_client = self.has(method, node.body) and self.has(method, node.orelse)
            return "client" if is_client else ""
        if isinstance(node, ast.ListComp):
            return "several" if self.has(method, node.elt) else ""
        if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice):
            return "client" if self.has_several(method, node.value) else ""
        return ""

    def _place_of(self, method: Method, node: ast.AST) -> _Place | None:
        if isinstance(node, ast.Name):
            return f"{method.owner.name}.{method.node.name}", node.id
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            return ("", node.attr) if node.value.id == method.this else None
        name = method.called(node)
        return ("()", name) if name and self._family.named(name) else None

    def _read(self, method: Method) -> None:
        for node in ast.walk(method.node):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    self._bind(method, target, node.value)
                    if isinstance(target, ast.Attribute) and target.attr not in OF_CLIENTS:
                        self._attributes.add(target.attr)
            elif isinstance(node, ast.For | ast.comprehension):
                if self.has_several(method, node.iter):
                    self._add(method, node.target, "client")
            elif isinstance(node, ast.Return) and node.value is not None:
                kind = self._kind(method, node.value)
                if kind:
                    self._places.add(("()", method.node.name + "[]" * (kind == "several")))
            elif isinstance(node, ast.Call):
                self._read_call(method, node)

    def _bind(self, method: Method, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple | ast.List):
            if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts):
                for each, part in zip(target.elts, value.elts, strict=True):
                    self._bind(method, each, part)
            elif self.has_several(method, value):
                for each in target.elts:
                    self._add(method, each, "client")
            return
        self._add(method, target, self._kind(method, value))

    def _add(self, method: Method, target: ast.expr, kind: str) -> None:
        place = self._place_of(method, target)
        if kind and place is not None:
            self._places.add((place[0], place[1] + "[]" * (kind == "several")))

    def _read_call(self, method: Method, call: ast.Call) -> None:
        if is_append(call) and self.has(method, call.args[0]):
            assert isinstance(call.func, ast.Attribute)
            self._add(method, call.func.value, "several")
        for callee in self._family.named(method.called(call)):
            for name, value in arguments_of(callee, call):
                kind = self._kind(method, value)
                if kind:
                    self._add_argument(callee, name, kind)
            rest, more = callee.node.args.vararg, more_arguments(callee, call)
            if rest is not None and more and all(self.has(method, each) for each in more):
                self._add_argument(callee, rest.arg, "several")

    def _add_argument(self, callee: Method, name: str, kind: str) -> None:
        place = f"{callee.owner.name}.{callee.node.name}"
        self._places.add((place, name + "[]" * (kind == "several")))


def is_append(call: ast.Call) -> bool:
    """Whether a call is ``several.append(one)``."""
    return getattr(call.func, "attr", "") == "append" and len(call.args) == 1
