"""Follows variables, arguments and attributes of test classes to the expressions that they hold."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ...sources.project import Project
from ..outcome import Left
from .family import Family, Method

# How many names are followed.
_DEPTH = 6


class Value(NamedTuple):
    """An expression that a name may stand for.

    Attributes:
        method: The method that the expression is in.
        node: The expression; where it is a name, what that holds is not known.
    """

    method: Method
    node: ast.expr


class Values:
    """What the names in a family may stand for.

    Args:
        project: The project.
        family: The family.
    """

    def __init__(self, project: Project, family: Family) -> None:
        self._project, self._family = project, family

    def of(
        self, method: Method, node: ast.expr, arguments: Mapping[str, Value] | None = None
    ) -> Iterator[Value]:
        """Yield the expressions that one may stand for.

        Args:
            method: The method.
            node: The expression.
            arguments: The arguments of the call of the method, if one call is meant.
        """
        yield from self._of(method, node, arguments or {}, _DEPTH)

    def _of(
        self, method: Method, node: ast.expr, arguments: Mapping[str, Value], depth: int
    ) -> Iterator[Value]:
        if depth and isinstance(node, ast.Name):
            yield from self._of_name(method, node, arguments, depth - 1)
        elif depth and isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            for side in node.values[:-1]:
                sides = self._of(method, side, arguments, depth - 1)
                yield from (value for value in sides if not _is_false(value.node))
            yield from self._of(method, node.values[-1], arguments, depth - 1)
        elif isinstance(node, ast.Starred):
            yield from self._of_elements(method, node, depth - 1)
        elif depth and isinstance(node, ast.Attribute):
            found = [*_assigned_attributes(self._family, node.attr)]
            for each in found:
                yield from self._of(each.method, each.node, {}, depth - 1)
            if not found:
                yield Value(method, node)
        else:
            yield Value(method, node)

    def _of_name(
        self, method: Method, node: ast.Name, arguments: Mapping[str, Value], depth: int
    ) -> Iterator[Value]:
        values = [*assigned(method, node.id)]
        for value in values:
            yield from self._of(method, value, arguments, depth)
        if values:
            return
        if node.id in arguments:
            yield from self._of(*arguments[node.id], {}, depth)
        elif node.id in _names_of(method):
            yield from self._of_argument(method, node, depth)
        else:
            found = self._project.definition(method.module.meaning(node) or "")
            constant = found[1].value if found and isinstance(found[1], ast.Assign) else node
            yield Value(method, constant)

    def _of_elements(self, method: Method, node: ast.Starred, depth: int) -> Iterator[Value]:
        """What a loop runs over: the arguments of all calls, if it is ``*arguments``."""
        rest = method.node.args.vararg
        if rest is None or ast.unparse(node.value) != rest.arg:
            yield Value(method, node)
            return
        for caller, call in calls_of(self._family, method):
            for value in more_arguments(method, call):
                yield from self._of(caller, value, {}, depth)

    def _of_argument(self, method: Method, node: ast.Name, depth: int) -> Iterator[Value]:
        default, is_known = dict(defaults_of(method)).get(node.id), False
        if default is not None:
            yield from self._of(method, default, {}, depth)
        for caller, call in calls_of(self._family, method):
            if any(isinstance(each, ast.Starred) for each in call.args):
                yield Value(method, node)
            for name, value in arguments_of(method, call):
                if name == node.id:
                    is_known = True
                    yield from self._of(caller, value, {}, depth)
        if not is_known and default is None:
            yield Value(method, node)


def calls_of(family: Family, method: Method) -> Iterator[tuple[Method, ast.Call]]:
    """Yield the calls of a method of a family, each with the method that calls."""
    for caller in family.methods:
        for call in ast.walk(caller.node):
            if isinstance(call, ast.Call) and caller.called(call) == method.node.name:
                yield caller, call


def assigned(method: Method, name: str) -> Iterator[ast.expr]:
    """Yield what a method assigns to a variable, the elements of what a loop runs over too."""
    for node in ast.walk(method.node):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from _parts(target, node.value, name)
        elif isinstance(node, ast.For | ast.comprehension) and _is_named(node.target, name):
            is_spelled = isinstance(node.iter, ast.Tuple | ast.List)
            each = ast.Starred(node.iter, ast.Load())
            yield from getattr(node.iter, "elts", ()) if is_spelled else [each]


def _parts(target: ast.expr, value: ast.expr, name: str) -> Iterator[ast.expr]:
    if isinstance(target, ast.Name) and target.id == name:
        yield value
    elif isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
        for each, part in zip(target.elts, value.elts, strict=False):
            yield from _parts(each, part, name)


def arguments_of(callee: Method, call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """Yield the arguments of a call of a method, each with the name that the method has for it.

    Args:
        callee: The method, whose first argument is the instance.
        call: The call.
    """
    names = [each.arg for each in [*callee.node.args.posonlyargs, *callee.node.args.args]][1:]
    yield from zip(names, call.args, strict=False)
    for keyword in call.keywords:
        if keyword.arg is not None:
            yield keyword.arg, keyword.value


def more_arguments(callee: Method, call: ast.Call) -> list[ast.expr]:
    """Return the arguments of a call of a method for which the method has no names."""
    arguments = callee.node.args
    return call.args[len([*arguments.posonlyargs, *arguments.args]) - 1 :]


def arguments_of_call(
    method: Method, call: ast.Call, names: tuple[str, ...]
) -> dict[str, ast.expr]:
    """Return the arguments of a call, by name.

    Args:
        method: The method of the call.
        call: The call.
        names: The names of what it calls, in their order.

    Raises:
        Left: They are not spelled out.
    """
    found = dict(zip(names, call.args, strict=False))
    for keyword in call.keywords:
        if keyword.arg is not None:
            found[keyword.arg] = keyword.value
        elif call is not method.opens:
            raise Left(method.module, call, "its arguments are not spelled out")
    if any(isinstance(each, ast.Starred) for each in call.args) or not set(found) <= {*names}:
        raise Left(method.module, call, "its arguments are not known")
    return found


def defaults_of(method: Method) -> Iterator[tuple[str, ast.expr]]:
    """Yield the names of arguments of a method, each with its default."""
    arguments = method.node.args
    names = [each.arg for each in [*arguments.posonlyargs, *arguments.args]]
    yield from zip(reversed(names), reversed(arguments.defaults), strict=False)
    for each, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if value is not None:
            yield each.arg, value


def _names_of(method: Method) -> set[str]:
    arguments = method.node.args
    return {each.arg for each in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]}


def _assigned_attributes(family: Family, name: str) -> Iterator[Value]:
    """What a family assigns to attributes of a name, of instances and of its classes."""
    owners: list[ast.ClassDef] = []
    for method in family.methods:
        is_first = method.owner not in owners
        owners.append(method.owner)
        for node in [*ast.walk(method.node), *(method.owner.body if is_first else ())]:
            is_of_class = node in method.owner.body
            for target in node.targets if isinstance(node, ast.Assign) else ():
                is_attribute = isinstance(target, ast.Attribute) and target.attr == name
                if isinstance(node, ast.Assign) and (
                    is_attribute or (is_of_class and _is_named(target, name))
                ):
                    yield Value(method, node.value)


def _is_named(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not node.value
