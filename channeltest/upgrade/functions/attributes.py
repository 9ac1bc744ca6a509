"""Attributes that a project gives to its messages, such as ``message.device = device``."""

from __future__ import annotations

import ast
from collections.abc import Iterable

# What a message, or a modern consumer, has under these names is something else.
_TAKEN = {
    "accept", "base_send", "channel", "channel_layer", "channel_name", "channel_receive",
    "channel_session", "close", "connect", "content", "disconnect", "dispatch", "group_message",
    "groups", "http_session", "http_session_reset", "is_accepted", "receive", "receive_json",
    "reply_channel", "scope", "send", "send_json", "websocket_connect", "websocket_disconnect",
    "websocket_receive",
}  # fmt: skip


def message_attributes(functions: Iterable[tuple[ast.FunctionDef, str]]) -> set[str]:
    """Return the attributes that functions assign to the message that they take.

    A message lives as long as its consumer runs. Whoever reads one of these has had it assigned:
    it would be an ``AttributeError`` otherwise. So a consumer that keeps it longer shows the same.

    Args:
        functions: The functions, each with the name of its message.
    """
    found, missing = set[str](), set[str]()
    for function, message in functions:
        for node in ast.walk(function):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                if node.value.id == message and isinstance(node.ctx, ast.Store):
                    found.add(node.attr)
                elif node.value.id == message and isinstance(node.ctx, ast.Del):
                    missing.add(node.attr)
            elif isinstance(node, ast.ExceptHandler) and "AttributeError" in _caught(node):
                # It may ask whether there is one.
                return set()
    return found - missing - _TAKEN


def _caught(node: ast.ExceptHandler) -> str:
    # Without a type it catches everything.
    return ast.unparse(node.type) if node.type is not None else "AttributeError"
