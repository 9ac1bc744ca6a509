"""The messages that a test takes off channels: objects with a ``content`` in Channels 1, now dicts.

A message of today has a ``type``, which ``content`` of Channels 1 does not show.
"""

from __future__ import annotations

import ast

from ...sources.literals import literal
from ..outcome import Left
from ..units.worker_units import type_on
from .family import Method
from .handlers import Handlers

_PLAIN = "today's messages are plain dicts"


class Messages:
    """The variables of one method that hold messages.

    Args:
        method: The method.
        handlers: The handlers of the project.
    """

    def __init__(self, method: Method, handlers: Handlers) -> None:
        self._method = method
        # The types of the messages, as far as they are known, by variable.
        self._types: dict[str, str] = {}
        for node in ast.walk(method.node):
            if isinstance(node, ast.Assign) and method.called(node.value) == "get_next_message":
                assert isinstance(node.value, ast.Call)
                channel = literal(node.value.args[0]) if node.value.args else None
                kind = type_on(channel or "")
                kind = kind if handlers.has(kind) else ""
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        self._types[target.id] = kind

    def is_content(self, node: ast.AST) -> bool:
        """Whether an expression is the ``content`` of a message."""
        return (
            isinstance(node, ast.Attribute)
            and node.attr == "content"
            and isinstance(node.value, ast.Name)
            and node.value.id in self._types
        )

    def type_in(self, node: ast.AST) -> str:
        """Return the type that a dict needs which a test compares with a message, or ``""``.

        Args:
            node: A dict that is spelled out.
        """
        parent = next(self._method.module.around(node), None)
        if isinstance(node, ast.Dict) and isinstance(parent, ast.Call) and len(parent.args) > 1:
            for other in parent.args[:2]:
                if self.is_content(other) and isinstance(other, ast.Attribute):
                    assert isinstance(other.value, ast.Name)
                    return self._types[other.value.id]
        return ""

    def check(self) -> None:
        """Check that all that a test reads of its messages is known.

        Raises:
            Left: Something is not.
        """
        for node in ast.walk(self._method.node):
            if not isinstance(node, ast.Attribute):
                continue
            is_of_message = isinstance(node.value, ast.Name) and node.value.id in self._types
            is_of_call = self._method.called(node.value) == "get_next_message"
            if is_of_call or (is_of_message and not self._is_known(node)):
                raise Left(self._method.module, node, _PLAIN)

    def _is_known(self, node: ast.Attribute) -> bool:
        """Whether a test looks for a key of a message, or compares it with a dict."""
        parent = next(self._method.module.around(node))
        if not self.is_content(node):
            return False
        if isinstance(parent, ast.Subscript):
            return parent.value is node
        name = getattr(getattr(parent, "func", None), "attr", "")
        is_comparison = isinstance(parent, ast.Call) and name in ("assertEqual", "assertDictEqual")
        return is_comparison and any(map(self.type_in, ast.iter_child_nodes(parent)))
