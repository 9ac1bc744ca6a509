"""Writes what a class-based consumer gets and loses as a whole."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from ...sources.edits import Edits, line_end_of
from .. import refusal
from ..outcome import Left


class ClassText:
    """The text of a class.

    Args:
        node: The class.
        edits: The changes of its module.
    """

    def __init__(self, node: ast.ClassDef, edits: Edits) -> None:
        self._node, self._edits, self._module = node, edits, edits.module
        self._end = line_end_of(edits.module.text)

    def guard(self, disconnect: ast.FunctionDef) -> None:
        """Have ``disconnect`` do nothing for a client that was refused.

        Args:
            disconnect: The method.
        """
        indent = self.indent_of(self._node.body[0])
        self.insert(disconnect, refusal.guard(indent))
        at = self._module.line_start(self._module.span(self._node.body[0])[0])
        if ast.get_docstring(self._node) is not None:
            at = self._module.line_end(self._module.span(self._node.body[0])[1])
        end = line_end_of(self._module.text)
        has_docstring = ast.get_docstring(self._node) is not None
        first = self._node.body[1 if has_docstring else 0]
        before = end if has_docstring else ""
        after = end if isinstance(first, ast.FunctionDef) and not has_docstring else ""
        self._edits.replace((at, at), f"{before}{indent}{refusal.ATTRIBUTE}{end}{after}")

    def insert(self, method: ast.FunctionDef, lines: list[str]) -> None:
        """Put lines at the beginning of a method, behind its docstring.

        Args:
            method: The method.
            lines: The lines, without what they are indented by.

        Raises:
            Left: The method has no lines of its own.
        """
        module, first = self._module, method.body[0]
        if first.lineno == method.lineno:
            raise Left(module, method, "it is written in one line")
        start = module.span(first)[0]
        indent = module.text[module.line_start(start) : start]
        has_docstring = ast.get_docstring(method) is not None
        at = module.line_end(module.span(first)[1]) if has_docstring else module.line_start(start)
        end = line_end_of(module.text)
        self._edits.replace((at, at), "".join(f"{indent}{line}{end}" for line in lines))

    def join_groups(self, method: ast.FunctionDef, arguments: str) -> None:
        """Have the groups computed before the consumer joins them.

        Args:
            method: The method that computes them.
            arguments: What it is called with.
        """
        module, end, indent = self._module, self._end, self.indent_of(method)
        lines = [
            "",
            f"{indent}def websocket_connect(self, message):",
            f"{indent * 2}self.groups = self.connection_groups({arguments})",
            f"{indent * 2}super().websocket_connect(message)",
            "",
        ]
        at = module.line_end(module.span(method)[1])
        self._edits.replace((at, at), end.join(lines))

    def indent_of(self, statement: ast.stmt) -> str:
        """What stands before a statement of the class, on its line."""
        start = self._module.line_start(self._module.span(statement)[0])
        found = re.compile(r"[ \t]*").match(self._module.text, start)
        return found[0] if found else ""

    def remove(self, statements: Sequence[ast.stmt]) -> None:
        """Remove attributes of the class.

        Args:
            statements: Their assignments.
        """
        module, end = self._module, line_end_of(self._module.text)
        body = [each for each in self._node.body if not isinstance(each, ast.Pass)]
        indent = self.indent_of(self._node.body[0])
        for statement in statements:
            start, stop = module.span(statement)
            start, stop = module.line_start(start), module.line_end(stop)
            following = module.text[stop : module.line_end(stop)]
            above = module.text[module.line_start(max(start - 1, 0)) : start].strip()
            # Of two blank lines, or one below a comment or the class, one goes.
            if (
                not following.strip()
                and following
                and (not above or above[:1] in '#"' or above[-1] == ":")
            ):
                stop = module.line_end(stop)
            text = ""
            if statement is statements[0] and len(body) == len(statements):
                text = f"{indent}pass{end}"
            self._edits.replace((start, stop), text)

    def rename(self, method: ast.FunctionDef) -> None:
        """Write the name that a method has now.

        Args:
            method: The method.
        """
        start = self._module.offset(method.lineno, method.col_offset)
        found = re.compile(r"def\s+(\w+)").match(self._module.text, start)
        assert found is not None
        self._edits.replace(found.span(1), method.name)

    def make_session(self) -> None:
        """Have each instance make its session."""
        module, end = self._module, self._end
        indent = self.indent_of(self._node.body[0])
        methods = [each for each in self._node.body if isinstance(each, ast.FunctionDef)]
        at = module.line_start(module.span(methods[0])[0])
        lines = [
            f"{indent}def __init__(self, *args, **kwargs):",
            f"{indent * 2}super().__init__(*args, **kwargs)",
            f"{indent * 2}self.channel_session = {{}}",
            "",
            "",
        ]
        self._edits.replace((at, at), end.join(lines))
