"""Methods that a consumer finds by the beginning of their names: ``getattr(self, "do_" + x)``."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from ...sources.literals import literal

# The attributes of today's generic consumers, also under channeltest.
FRAMEWORK = {
    "accept", "as_asgi", "as_route", "base_send", "channel_layer", "channel_layer_alias",
    "channel_name", "channel_receive", "channels1_reply", "close", "connect", "decode_json",
    "disconnect", "dispatch", "encode_json", "groups", "receive", "receive_json", "scope",
    "send", "send_json", "websocket_connect", "websocket_disconnect", "websocket_receive",
}  # fmt: skip
# What a modern consumer has under these names is something else.
MODERN = {
    "scope", "channel_layer", "channel_name", "channel_receive", "base_send", "dispatch", "accept",
    "send_json", "receive_json", "websocket_connect", "websocket_receive", "websocket_disconnect",
}  # fmt: skip
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_]*_$")


def prefix_of(call: ast.Call) -> str:
    """Return the beginning of the name that a ``getattr`` of ``self`` looks for, or ``""``.

    Args:
        call: The call.
    """
    is_getattr = isinstance(call.func, ast.Name) and call.func.id == "getattr"
    if not is_getattr or len(call.args) not in (2, 3) or call.keywords:
        return ""
    target, name = call.args[:2]
    if not isinstance(target, ast.Name) or target.id != "self":
        return ""
    text = _beginning(name)
    return text if text and _PREFIX.match(text) else ""


def _beginning(name: ast.expr) -> str | None:
    """The text in front of what a name is made with."""
    if isinstance(name, ast.BinOp) and isinstance(name.op, ast.Add):
        return literal(name.left)
    if isinstance(name, ast.BinOp) and isinstance(name.op, ast.Mod):
        text = literal(name.left)
        return text.removesuffix("%s") if text and text.count("%") == 1 else None
    if isinstance(name, ast.JoinedStr) and len(name.values) == 2:
        return literal(name.values[0])
    if isinstance(name, ast.Call) and isinstance(name.func, ast.Attribute):
        text = literal(name.func.value) if name.func.attr == "format" else None
        found = re.fullmatch(r"([^{}]*)\{\w*\}", text or "")
        return found[1] if found else None
    return None


def calls_of_kept(
    function: ast.FunctionDef, table: ast.Dict, parents: Mapping[int, ast.AST]
) -> list[ast.Call]:
    """Return the calls of a method that was looked up in a dict, and is only called.

    Args:
        function: The method that has the dict.
        table: The dict of methods.
        parents: The node around each node, by its ``id()``.

    Returns:
        The calls; nothing if it is not known who calls what was found.
    """
    found = parents[id(table)]
    if isinstance(found, ast.Attribute) and found.attr == "get":
        found = parents[id(found)]
    elif not isinstance(found, ast.Subscript):
        return []
    kept = parents[id(found)]
    if not isinstance(kept, ast.Assign) or kept.value is not found or len(kept.targets) > 1:
        return []
    names = [each for each in ast.walk(function) if isinstance(each, ast.Name)]
    target = kept.targets[0]
    own = [each for each in names if isinstance(target, ast.Name) and each.id == target.id]
    calls = []
    for each in own:
        around = parents[id(each)]
        if isinstance(around, ast.Call) and around.func is each:
            calls.append(around)
        elif each is not target and not isinstance(around, ast.Compare | ast.If | ast.UnaryOp):
            return []
    return calls
