"""What a fixer did and what it left alone."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ..sources.module import Module

Kind = Literal["automatic", "by hand", "cannot be had", "stays sync"]


@dataclass(frozen=True, order=True)
class Finding:
    """One thing of Channels 1 in the sources.

    Attributes:
        path: The file.
        line: The line (1 is the first).
        column: The column (1 is the first).
        code: What it is, such as ``CT101``.
        kind: Who converts it.
        text: What it is called and, where it is left alone, why.
        name: The dotted name of what it is in, as `name_of` returns it; ``""`` where nobody needs
            it.
    """

    path: Path
    line: int
    column: int
    code: str
    kind: Kind
    text: str
    name: str = ""


@dataclass
class Outcome:
    """The result of a fixer.

    Attributes:
        texts: The new text of each changed module, by dotted name.
        findings: What was converted and what was left alone.
        created: New modules.
    """

    texts: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    created: list[Module] = field(default_factory=list)


class Left(Exception):
    """Something is left alone because its meaning is not known for certain.

    Args:
        module: The module that holds the reason.
        node: The node that is the reason.
        reason: Why, as the end of a sentence.
    """

    def __init__(self, module: Module, node: ast.expr | ast.stmt | ast.alias, reason: str) -> None:
        self.module, self.node, self.reason = module, node, reason
        super().__init__(reason)

    def within(self, home: Module) -> str:
        """Return the reason with the line, and with the file if it is another one.

        Args:
            home: The module that the reader looks at.
        """
        where = f"line {self.node.lineno}"
        if self.module.name != home.name:
            where = f"{self.module.path.name} {where}"
        return f"{where}: {self.reason}"


def finding(module: Module, node: ast.expr | ast.stmt, code: str, kind: Kind, text: str) -> Finding:
    """Return what was found at a node."""
    line, column = node.lineno, node.col_offset
    return Finding(module.path, line, column + 1, code, kind, text, name_of(module, node))


def name_of(module: Module, node: ast.expr | ast.stmt) -> str:
    """Return the dotted name of the function or class that a node is, or is in.

    Args:
        module: The module of the node.
        node: The node; where it is in neither, the name is the module's.
    """
    around = [node, *module.around(node)]
    names = [each.name for each in around if isinstance(each, ast.FunctionDef | ast.ClassDef)]
    return ".".join([module.name, *reversed(names)])
