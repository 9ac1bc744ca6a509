"""Whether what a test sends as ``text`` is a text or an object that the client makes JSON of."""

from __future__ import annotations

import ast
from typing import Literal

from .values import Value

Kind = Literal["text", "json", "none", ""]

_OBJECTS = (ast.Dict, ast.List, ast.DictComp, ast.ListComp)
_TEXTS = {"json.dumps", "django.core.serializers.serialize"}


def kind_of(value: Value) -> Kind:
    """Return what a value is as a frame.

    Args:
        value: The value.

    Returns:
        ``"text"``; ``"json"`` for an object; ``"none"`` for a value with which 1.x sends no text;
        ``""`` if it is not known.
    """
    node = value.node
    if isinstance(node, ast.Constant):
        is_none = node.value is None or node.value == ""
        return "none" if is_none else "text" if isinstance(node.value, str) else "json"
    if isinstance(node, ast.Dict | ast.List) and len(ast.unparse(node)) == len("{}"):
        return "none"
    if isinstance(node, _OBJECTS):
        return "json"
    if isinstance(node, ast.JoinedStr):
        return "text"
    if isinstance(node, ast.BinOp):
        return "text" if kind_of(Value(value.method, node.left)) == "text" else ""
    if isinstance(node, ast.Call):
        return _of_call(value, node)
    keywords = value.method.node.args.kwarg
    if isinstance(node, ast.Name) and keywords is not None and keywords.arg == node.id:
        return "json"
    return ""


def _of_call(value: Value, node: ast.Call) -> Kind:
    if value.method.module.meaning(node.func) in _TEXTS:
        return "text"
    if isinstance(node.func, ast.Name) and node.func.id in ("str", "dict"):
        return "text" if node.func.id == "str" else "json" if node.keywords else ""
    is_format = isinstance(node.func, ast.Attribute) and node.func.attr in ("format", "join")
    return "text" if is_format and isinstance(node.func.value, ast.Constant) else ""  # type: ignore[attr-defined]
