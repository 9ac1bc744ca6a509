"""What an expression spells out: a text, or a dict."""

from __future__ import annotations

import ast


def literal(node: ast.expr | None) -> str | None:
    """Return the text of a string literal, or ``None``.

    Args:
        node: ``"text"``, or any other expression.
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def spelled_dict(node: ast.expr | None) -> ast.Dict | None:
    """Return an expression as the dict that it spells out, or ``None``.

    Args:
        node: ``{"text": x}``, or ``dict(text=x)``.
    """
    if isinstance(node, ast.Dict):
        return node
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return None
    if node.func.id != "dict" or node.args or not all(each.arg for each in node.keywords):
        return None
    keys: list[ast.expr | None] = [ast.Constant(each.arg) for each in node.keywords]
    found = ast.Dict(keys, [each.value for each in node.keywords])
    return ast.copy_location(found, node)
