"""Replaces and removes statements, and keeps their comments."""

from __future__ import annotations

import ast
import io
import tokenize

from ...sources.edits import Edits, line_end_of
from ...sources.module import Module
from ..outcome import Left


class StatementLines:
    """The lines of the statements of a module.

    Args:
        module: The module.
        edits: Its changes.
    """

    def __init__(self, module: Module, edits: Edits) -> None:
        self._module, self._edits = module, edits

    def replace(self, statement: ast.stmt, text: str) -> None:
        """Replace a statement; the comments in it go above it."""
        start, end = self._module.span(statement)
        before = self._module.text[start:end]
        comments = [each for each in comments_of(before) if each not in text]
        indent = self.indent_of(statement) if comments else ""
        above = "".join(f"{each}{line_end_of(self._module.text)}{indent}" for each in comments)
        self._edits.replace((start, end), above + text)

    def remove(self, statement: ast.stmt) -> None:
        """Remove a statement; the comments in it, and behind it, stay."""
        indent = self.indent_of(statement)
        start, end = self._module.span(statement)
        stop = self._module.line_end(end)
        comments = comments_of(self._module.text[start:stop])
        if comments:
            text = f"{line_end_of(self._module.text)}{indent}".join(comments)
            self._edits.replace((start, len(self._module.text[:stop].rstrip())), text)
        else:
            self._edits.remove_lines((start, end))

    def indent_of(self, statement: ast.stmt) -> str:
        """Return the indentation of a statement that has its lines for itself.

        Raises:
            Left: It shares them with another one.
        """
        start, end = self._module.span(statement)
        indent = self._module.text[self._module.line_start(start) : start]
        behind = self._module.text[end : self._module.line_end(end)].strip()
        if indent.strip() or (behind and not behind.startswith("#")):
            raise Left(self._module, statement, "another statement stands on its line")
        return indent


def comments_of(text: str) -> list[str]:
    """Return the comments in the text of a statement."""
    tokens = tokenize.generate_tokens(io.StringIO(f"({text}\n)\n").readline)
    return [each.string for each in tokens if each.type == tokenize.COMMENT]
