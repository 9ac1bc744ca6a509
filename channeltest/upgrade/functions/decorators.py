"""Decorators of a project that function consumers have: what they return, and what it hands on."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from ...sources.module import Module

_WRAPS = ("wraps", "functools.wraps", "six.wraps")
# What may stand in front of the function that a decorator returns.
_PLAIN = (ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom)


@dataclass
class Decorator:
    """What is known about a decorator.

    Attributes:
        inner: The function that it returns.
        decorated: The name under which that has the consumer.
        is_factory: Whether it is called with arguments of its own, and returns the decorator.
        positional: How many arguments the consumer gets by their places, behind its message.
        keywords: The names of those that it gets by their names.
        swallowed: The arguments of the URL that ``inner`` takes and does not hand on.
        takes_more: Whether the consumer gets all other arguments, too.
    """

    inner: ast.FunctionDef
    decorated: str
    is_factory: bool
    positional: int = 0
    keywords: frozenset[str] = frozenset()
    swallowed: frozenset[str] = frozenset()
    takes_more: bool = True

    @property
    def is_plain(self) -> bool:
        """Whether it hands on what it gets, and nothing else."""
        return not self.positional and not self.keywords and not self.swallowed

    @property
    def url_arguments(self) -> list[str]:
        """The arguments of the URL that ``inner`` takes by their names."""
        return [each.arg for each in self.inner.args.args[1:]]


def decorator_of(module: Module, node: ast.FunctionDef) -> Decorator | None:
    """Return what a function is as a decorator, or as what makes one; ``None`` if it is neither.

    Args:
        module: The module of the function.
        node: The function.
    """
    returned = _returned(node)
    if returned is None or node.decorator_list:
        return None
    is_factory = _returned(returned) is not None and _takes_one(returned)
    outer, inner = (returned, _returned(returned)) if is_factory else (node, returned)
    if inner is None or not _takes_one(outer):
        return None
    arguments = inner.args
    is_known = arguments.args and not arguments.kwonlyargs and not arguments.defaults
    wraps = [module.source(each).split("(")[0] for each in inner.decorator_list]
    if not is_known or arguments.posonlyargs or any(each not in _WRAPS for each in wraps):
        return None
    return _with_what_it_gives(Decorator(inner, outer.args.args[0].arg, is_factory))


def _takes_one(node: ast.FunctionDef) -> bool:
    arguments = node.args
    others = arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.defaults
    return len(arguments.args) == 1 and not others


def _returned(node: ast.FunctionDef) -> ast.FunctionDef | None:
    """The function that another one defines, and returns as it is."""
    body = [each for each in node.body if not _is_docstring(each) and not isinstance(each, _PLAIN)]
    if len(body) != 2 or body != node.body[-2:]:
        return None
    inner, last = body
    if not isinstance(inner, ast.FunctionDef) or not isinstance(last, ast.Return):
        return None
    return inner if last.value is not None and _is_name(last.value, inner.name) else None


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _with_what_it_gives(decorator: Decorator) -> Decorator | None:
    """Note what the consumer gets; ``None`` if that differs, or something else uses it."""
    inner = decorator.inner
    calls = [
        node
        for node in ast.walk(inner)
        if isinstance(node, ast.Call) and _is_name(node.func, decorator.decorated)
    ]
    wrapping = [name for each in inner.decorator_list for name in ast.walk(each)]
    uses = [
        node
        for node in ast.walk(inner)
        if _is_name(node, decorator.decorated) and node not in wrapping
    ]
    shapes = {_shape(inner, call) for call in calls}
    if len(uses) != len(calls) or len(shapes) != 1 or None in shapes:
        return None
    shape = shapes.pop()
    assert shape is not None
    positional, keywords, decorator.takes_more = shape
    decorator.positional, decorator.keywords = len(positional), keywords
    handed = {*positional, *keywords}
    decorator.swallowed = frozenset(each for each in decorator.url_arguments if each not in handed)
    return decorator


def _shape(
    inner: ast.FunctionDef, call: ast.Call
) -> tuple[tuple[str, ...], frozenset[str], bool] | None:
    """What a call gives the consumer behind its message, or ``None`` if that is not known."""
    arguments = inner.args
    vararg = arguments.vararg.arg if arguments.vararg else ""
    kwarg = arguments.kwarg.arg if arguments.kwarg else ""
    values = [*call.args]
    if not values or not _is_name(values.pop(0), arguments.args[0].arg):
        return None
    hands_args = bool(values) and isinstance(values[-1], ast.Starred)
    if hands_args:
        last = values.pop()
        if not isinstance(last, ast.Starred) or not vararg or not _is_name(last.value, vararg):
            return None
    more = [each.value for each in call.keywords if each.arg is None]
    is_known = len(more) <= 1 and all(kwarg and _is_name(each, kwarg) for each in more)
    if not is_known or any(isinstance(each, ast.Starred) for each in values):
        return None
    if hands_args is not bool(vararg):
        # What it was given by its place would be lost.
        return None
    names = frozenset(each.arg for each in call.keywords if each.arg is not None)
    return tuple(ast.unparse(each) for each in values), names, bool(more)


def given_by(
    decorators: list[Decorator], function: ast.FunctionDef
) -> tuple[list[str], list[str]] | None:
    """Return the arguments that decorators give a consumer, or ``None`` if that is not known.

    Args:
        decorators: The decorators, from the outermost to the innermost.
        function: The consumer.

    Returns:
        Those that it gets by their places, and by their names.
    """
    count, keywords = 0, set[str]()
    for place, decorator in enumerate(decorators):
        below = decorators[place + 1 :]
        gives = decorator.positional or decorator.keywords
        # Those below hand on what they get, and take nothing of it.
        if gives and any(each.url_arguments or not each.takes_more for each in below):
            return None
        if decorator.positional and any(
            each.positional or each.inner.args.vararg is None for each in below
        ):
            return None
        count += decorator.positional
        keywords |= decorator.keywords
    names = [each.arg for each in function.args.args[1:]]
    positional, others = names[:count], names[count:]
    named = [name for name in others if name in keywords]
    swallowed = {name for each in decorators for name in each.swallowed}
    of_url = {*others} - keywords
    is_everything = len(positional) == count and len(named) == len(keywords)
    is_there = not of_url or all(each.takes_more for each in decorators)
    is_known = is_everything and is_there and not of_url & swallowed
    return (positional, named) if is_known else None
