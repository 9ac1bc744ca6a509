"""Calls of what a method overrides: ``super().connect(message, **kwargs)``."""

from __future__ import annotations

import ast
from collections.abc import Collection

# How many arguments of a handler are not the URL's, without ``self``.
_OWN = {"connect": 1, "disconnect": 1, "receive": 1}
_FRAMES = ("text", "bytes")


def own_arguments(
    call: ast.Call,
    function: ast.FunctionDef,
    base: ast.FunctionDef | None,
    stored: Collection[str],
    is_json: bool,
) -> list[ast.expr | ast.keyword] | None:
    """Return what stays of the arguments of a handler that is called on ``super()``.

    Arguments of the URL go, since the overridden method finds them in the scope.

    Args:
        call: The call.
        function: The method that it stands in, which has the same name.
        base: The overridden method; ``None`` if it is not the project's.
        stored: The names that the function assigns.
        is_json: Whether frames are JSON.

    Returns:
        The arguments that stay; ``None`` if what it hands on may be something else than it got.
    """
    kept: list[ast.expr | ast.keyword] = []
    own = _OWN[function.name]
    is_text = function.name == "receive" and not is_json
    if is_text:
        own = len(call.args) if len(call.args) <= 2 else 0
    if not all(isinstance(each, ast.Name) for each in call.args[own:]):
        return None
    taken = [each.arg for each in base.args.args[1:]] if base else []
    for index, argument in enumerate(call.args):
        if isinstance(argument, ast.Starred):
            return None
        if index < own:
            if is_text and taken[index : index + 1] != [*_FRAMES[index : index + 1]]:
                return None
            kept.append(argument)
        elif base is not None and taken[index : index + 1] != [getattr(argument, "id", "")]:
            return None
    arguments = function.args.kwarg
    for keyword in call.keywords:
        name = keyword.value.id if isinstance(keyword.value, ast.Name) else None
        if keyword.arg is None and arguments is not None and name == arguments.arg:
            continue
        if is_text and keyword.arg in _FRAMES:
            if keyword.arg not in taken:
                return None
            kept.append(keyword)
        elif name != keyword.arg or name in stored:
            return None
    return kept
