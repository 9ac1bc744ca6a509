"""Whether a message on a channel has a ``type`` of its own, which would name another handler."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeGuard

from ...sources.literals import literal
from ...sources.module import Module
from ...sources.project import Project
from ..outcome import Left
from .handlers import TYPE

# What takes a dict that goes to a client, or that a test compares with one.
_FRAMES = {"dumps", "encode_json", "send_json"}


def check_no_type(project: Project, channel: str) -> None:
    """Check that no message on a channel has a ``type``: it would name a handler of the worker.

    Args:
        project: The project.
        channel: The name of the channel.

    Raises:
        Left: One may have it.
    """
    for module in project.with_channels():
        if channel not in module.text or (
            '"type"' not in module.text and "'type'" not in module.text
        ):
            continue
        for node in ast.walk(module.tree):
            if _has_type(node) and not _is_of_frame(module, node):
                raise Left(module, node, "a message on its channel may have a type of its own")


def _has_type(node: ast.AST) -> TypeGuard[ast.Dict]:
    if not isinstance(node, ast.Dict):
        return False
    pairs = zip(node.keys, node.values, strict=True)
    # What converted consumers send to themselves and to groups is no worker's.
    return any(literal(key) == "type" and literal(value) != TYPE for key, value in pairs)


def _is_of_frame(module: Module, node: ast.Dict) -> bool:
    """Whether a dict is what a client sends or gets, or a part of it."""
    inner: ast.AST = node
    for around in module.around(node):
        if isinstance(around, ast.stmt):
            return isinstance(around, ast.Assert)
        if isinstance(around, ast.Call) and inner is not around.func and _takes_frame(around):
            return True
        if isinstance(around, ast.Compare) or "text" in _keys_of(around, inner):
            return True
        inner = around
    return False


def _takes_frame(call: ast.Call) -> bool:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    channel = literal(call.args[0]) if call.args else None
    return (
        name in _FRAMES
        or name.startswith("assert")
        or (channel is not None and channel.startswith("websocket."))
    )


def _keys_of(around: ast.AST, inner: ast.AST) -> Iterator[str | None]:
    """The keys under which a node stands in the one around it."""
    if isinstance(around, ast.keyword):
        yield around.arg
    elif isinstance(around, ast.Dict):
        for key, value in zip(around.keys, around.values, strict=True):
            if value is inner:
                yield literal(key)
