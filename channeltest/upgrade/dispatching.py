"""Methods that a consumer finds by the beginning of their names: ``getattr(self, "do_" + x)``."""

from __future__ import annotations

import ast
import re

from .routes import literal

# The attributes of today's generic consumers, also under channeltest.
FRAMEWORK = {
    "accept", "as_asgi", "as_route", "base_send", "channel_layer", "channel_layer_alias",
    "channel_name", "channel_receive", "channels1_reply", "close", "connect", "decode_json",
    "disconnect", "dispatch", "encode_json", "groups", "receive", "receive_json", "scope",
    "send", "send_json", "websocket_connect", "websocket_disconnect", "websocket_receive",
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
