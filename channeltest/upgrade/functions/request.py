"""What a consumer read of the request that opened its connection.

The query string was bytes under Daphne 1, and text where a test sent text; headers were lists of
two byte strings. A scope has bytes for all of them.
"""

from __future__ import annotations

import ast
import re

from ...sources.module import Module

# What a scope always has, so that a default is never taken.
ALWAYS_THERE = {"path", "query_string", "headers"}
# They take a query string of either type, and find the same.
_TAKES_BOTH = {"django.http.QueryDict", "django.http.request.QueryDict"}
_PARSERS = {"parse_qs", "parse_qsl"}


def is_read_as_pairs(node: ast.expr, parent: ast.AST | None) -> bool:
    """Whether headers are made a dict, or gone through as pairs.

    Args:
        node: The headers.
        parent: The node around them.
    """
    if isinstance(parent, ast.Call):
        return isinstance(parent.func, ast.Name) and parent.func.id == "dict"
    if isinstance(parent, ast.For | ast.comprehension) and parent.iter is node:
        return isinstance(parent.target, ast.Tuple) and len(parent.target.elts) == 2
    return False


def is_decoded(function: ast.FunctionDef, parent: ast.AST | None) -> bool:
    """Whether one of what a loop takes from the headers is decoded, which bytes are alone.

    Args:
        function: The function.
        parent: The loop.
    """
    if not isinstance(parent, ast.For | ast.comprehension):
        return False
    names = {each.id for each in ast.walk(parent.target) if isinstance(each, ast.Name)}
    return any(
        isinstance(each, ast.Attribute)
        and each.attr == "decode"
        and isinstance(each.value, ast.Name)
        and each.value.id in names
        for each in ast.walk(function)
    )


def has_bytes(function: ast.FunctionDef) -> bool:
    """Whether a consumer has byte strings, with which it compares what it reads."""
    constants = (each.value for each in ast.walk(function) if isinstance(each, ast.Constant))
    return any(isinstance(each, bytes) for each in constants)


def decoding_of(
    module: Module, function: ast.FunctionDef, node: ast.expr, parent: ast.AST | None
) -> str | None:
    """Return what turns the bytes of a query string into what a consumer takes it for.

    Args:
        module: The module.
        function: The consumer.
        node: The query string.
        parent: The node around it.

    Returns:
        ``""`` if it takes bytes, ``".decode()"`` if it takes text, ``None`` if that is not known.
    """
    if isinstance(parent, ast.Attribute) and parent.attr == "decode":
        return ""
    if has_bytes(function):
        return ""
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1:
        return _decoding_of_variable(module, function, parent.targets[0])
    if isinstance(parent, ast.Attribute | ast.Compare):
        around = next(module.around(parent)) if isinstance(parent, ast.Attribute) else parent
        return ".decode()" if _has_text(around) else None
    if not isinstance(parent, ast.Call) or node not in parent.args:
        return None
    if module.meaning(parent.func) in _TAKES_BOTH:
        return ""
    func = parent.func
    name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", None)
    return ".decode()" if name in _PARSERS else None


def _decoding_of_variable(
    module: Module, function: ast.FunctionDef, target: ast.expr
) -> str | None:
    """The same for a variable that holds nothing but the query string."""
    uses = [
        each
        for each in ast.walk(function)
        if isinstance(target, ast.Name) and isinstance(each, ast.Name) and each.id == target.id
    ]
    read = [each for each in uses if isinstance(each.ctx, ast.Load)]
    if any(_is_asked_for_bytes(next(module.around(each))) for each in read):
        return ""
    if len(uses) != len(read) + 1:
        return None
    found = {decoding_of(module, function, each, next(module.around(each))) for each in read}
    return found.pop() if len(found) == 1 else None


def _is_asked_for_bytes(node: ast.AST) -> bool:
    """Whether a call asks whether something is bytes, for code that takes text as well."""
    if not isinstance(node, ast.Call) or len(node.args) != 2:
        return False
    name, second = getattr(node.func, "id", ""), ast.unparse(node.args[1])
    is_type = name == "isinstance" and re.search(r"\b(bytes|binary_type)\b", second)
    return bool(is_type) or (name == "hasattr" and second == "'decode'")


def _has_text(node: ast.AST) -> bool:
    """Whether a call or a comparison has a text, with which bytes would be an error."""
    if isinstance(node, ast.Call):
        values = node.args
    else:
        values = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
    return any(isinstance(each, ast.Constant) and isinstance(each.value, str) for each in values)
