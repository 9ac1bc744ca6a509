"""The arguments that a consumer of 1.x took from the path, as a modern consumer finds them."""

from __future__ import annotations

import ast
from collections.abc import Collection

from ...sources.module import Module
from ..outcome import Left
from ..routes import may_be_missing
from .facts import URL


def lines_of_consumer(
    module: Module, function: ast.FunctionDef, given: Collection[str], paths: Collection[str]
) -> list[str]:
    """Return the lines that assign the arguments of the URL in a function consumer.

    Args:
        module: The module of the function.
        function: The function.
        given: Those of its arguments that its decorators give it.
        paths: The path filters of its routes.

    Raises:
        Left: It is not known whether a path has an argument.
    """
    arguments = function.args
    names = [each.arg for each in arguments.args[1:] if each.arg not in given]
    used = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    if arguments.vararg is not None and arguments.vararg.arg in used:
        raise Left(module, function, "it uses arguments without a name")
    has_more = arguments.kwarg is not None and arguments.kwarg.arg in used
    if has_more and any(map(may_be_missing, paths)):
        raise Left(module, function, "an argument of the URL may be missing")
    return argument_lines(module, function, names, used, paths)


def argument_lines(
    module: Module,
    function: ast.FunctionDef,
    names: list[str],
    used: Collection[str],
    paths: Collection[str | None],
) -> list[str]:
    """Return the lines that assign the arguments of the URL.

    Args:
        module: The module of the function.
        function: The function.
        names: The last of its arguments, which are the URL's.
        used: The names that it uses.
        paths: The path filters of its routes; ``None`` for one that is not known.

    Raises:
        Left: It is not known whether a path has an argument.
    """
    every, defaults = function.args.args, function.args.defaults
    optional = [each.arg for each in every][len(every) - len(defaults) :]
    known = dict(zip(optional, defaults, strict=True))
    lines = []
    for name in names:
        value = _value(name, known.get(name), paths)
        if value is None:
            raise Left(module, function, "an argument of the URL may be missing")
        if name in used:
            lines.append(f"{name} = {value}")
    return lines


def _value(name: str, default: ast.expr | None, paths: Collection[str | None]) -> str | None:
    known = [path for path in paths if path is not None]
    is_everywhere = len(known) == len(paths) > 0 and all(f"(?P<{name}>" in each for each in known)
    is_none = isinstance(default, ast.Constant) and default.value is None
    if any(map(may_be_missing, known)):
        # 1.x gave None for a group that found nothing.
        return f'{URL}.get("{name}")' if is_everywhere or is_none else None
    if is_everywhere or default is None:
        return f'{URL}["{name}"]'
    if is_none:
        return f'{URL}.get("{name}")'
    is_plain = isinstance(default, ast.Constant) and len(known) == len(paths) > 0
    return f'{URL}.get("{name}", {ast.unparse(default)})' if is_plain else None
