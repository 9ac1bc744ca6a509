"""The text of an expression that is made of literals and constants, such as ``"^/" + SLUG``."""

from __future__ import annotations

import ast

from ..sources.module import Module
from ..sources.project import Project


def text_of(project: Project, module: Module, node: ast.expr | None) -> str | None:
    """Return the text that an expression always has, or ``None``.

    Args:
        project: The project, whose constants it may name.
        module: The module in which it stands.
        node: A literal, the name of a constant, texts with ``+`` between them, a literal with
            ``%``, or an f-string.
    """
    return _text(project, module, node, frozenset())


def _text(
    project: Project, module: Module, node: ast.expr | None, seen: frozenset[str]
) -> str | None:
    if isinstance(node, ast.Name | ast.Attribute):
        name = project.name_of(module.meaning(node) or "")
        home, statement = project.definition(name) or (module, None)
        if name in seen or not isinstance(statement, ast.Assign):
            return None
        is_plain = all(isinstance(each, ast.Name) for each in statement.targets)
        return _text(project, home, statement.value, seen | {name}) if is_plain else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = [_text(project, module, each, seen) for each in (node.left, node.right)]
        return _joined(parts)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        template = _text(project, module, node.left, seen)
        values = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
        return _filled(template, [_text(project, module, each, seen) for each in values])
    if isinstance(node, ast.JoinedStr):
        return _joined([_text(project, module, each, seen) for each in node.values])
    if isinstance(node, ast.FormattedValue):
        is_bare = node.conversion == -1 and node.format_spec is None
        return _text(project, module, node.value, seen) if is_bare else None
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, str) else None


def _joined(parts: list[str | None]) -> str | None:
    known = [each for each in parts if each is not None]
    return "".join(known) if len(known) == len(parts) else None


def _filled(template: str | None, values: list[str | None]) -> str | None:
    """A template with ``%s`` for each of some texts."""
    if template is None or template.replace("%s", "").count("%"):
        return None
    pieces = template.split("%s")
    if len(pieces) != len(values) + 1:
        return None
    return _joined(
        [*(each for pair in zip(pieces, values, strict=False) for each in pair), pieces[-1]]
    )
