"""Clients that are refused: 1.x ran no consumer when they left, a modern consumer does.

Source: Daphne 1.x, which sends no ``websocket.disconnect`` for a handshake that it has rejected.
"""

from __future__ import annotations

import ast

# A consumer of disconnect that only does this has nothing to do for a client that was refused.
_HARMLESS = {"discard", "get", "Group", "super"}

ATTRIBUTE = "is_accepted = False"
NOTE = "self.is_accepted = True"


def guard(indent: str) -> list[str]:
    """Return the first lines of ``disconnect`` of a consumer that may refuse.

    Args:
        indent: What a block is indented by.
    """
    return [
        "# Channels 1 ran no consumer for a client that it had refused.",
        "if not self.is_accepted:",
        f"{indent}return",
    ]


def send_text(unit: str, end: str) -> str:
    """Return the ``send`` of a consumer that may send a frame before it has accepted.

    Source: Daphne 1.x, which accepted a client when the first frame was sent to it.

    Args:
        unit: What a block is indented by.
        end: The end of a line.
    """
    lines = [
        f"{unit}def send(self, text_data=None, bytes_data=None, close=False):",
        f"{unit * 2}# Servers of Channels 1 accepted a client with its first frame.",
        f"{unit * 2}if not self.is_accepted:",
        f"{unit * 3}self.accept()",
        f"{unit * 3}{NOTE}",
        f"{unit * 2}super().send(text_data, bytes_data, close)",
    ]
    return end.join(lines) + end


def matters(disconnect: ast.FunctionDef | None) -> bool:
    """Whether a consumer of ``websocket.disconnect`` does more than leave its groups.

    Args:
        disconnect: The function or method, or ``None`` if there is none.
    """
    if disconnect is None:
        return False
    for node in ast.walk(disconnect):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name not in _HARMLESS and name != disconnect.name:
                return True
        elif isinstance(node, ast.Delete | ast.Raise):
            return True
        elif isinstance(node, ast.Assign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if not all(isinstance(target, ast.Name) for target in targets):
                return True
    return False
