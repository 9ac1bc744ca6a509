"""The handlers of a project's consumers: the types of messages that they take."""

from __future__ import annotations

import ast

from ...sources.project import Project
from ..functions.handlers import HANDLER

_WEBSOCKETS = "channels.generic.websocket."


class Handlers:
    """The handlers of a project's consumers.

    Args:
        project: The project.

    Attributes:
        take_texts: Whether each consumer that joins groups passes on texts of ``group.message``.
    """

    def __init__(self, project: Project) -> None:
        self.take_texts = True
        self._names: set[str] = set()
        for module in project.modules.values():
            if module.is_test or "channels" not in module.text or not module.is_python3:
                continue
            for node in module.tree.body:
                if isinstance(node, ast.ClassDef):
                    names = {each.name for each in node.body if isinstance(each, ast.FunctionDef)}
                    self._names |= names
                    meanings = [module.meaning(base) or "" for base in node.bases]
                    is_websocket = any(each.startswith(_WEBSOCKETS) for each in meanings)
                    joins = "group" in module.source(node)
                    if is_websocket and joins and HANDLER not in names:
                        self.take_texts = False

    def has(self, kind: str) -> bool:
        """Whether a consumer has the handler of a type."""
        return kind.replace(".", "_") in self._names
