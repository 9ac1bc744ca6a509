"""Where a consumer that reads text fails for a binary frame.

In 1.x it failed with a ``KeyError`` where it read the text, which it may have caught, behind
whatever it had done before. A method that takes ``text_data`` only fails before its first line.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator

from ...sources.edits import Edits, line_end_of
from ...sources.module import Module
from ..outcome import Left
from .facts import FRAME
from .order import may_suppress

_REASON = "what it does with a binary frame cannot be kept"
_CATCHING = {"KeyError", "LookupError", "Exception", "BaseException"}
_LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_LOGS = {"print", "log", "logger", "logging"}
# Calls that only find something out.
_READING = {
    "Group", "all", "count", "decode", "exclude", "exists", "filter", "first", "format", "get",
    "get_object_or_404", "getattr", "int", "is_authenticated", "join", "last", "len", "list",
    "loads", "lower", "now", "order_by", "replace", "select_related", "split", "str", "strip",
    "upper",
}  # fmt: skip


def failure(unit: str) -> list[str]:
    """Return the lines that fail where a binary frame has come.

    Args:
        unit: One level of indentation.
    """
    return [f"if {FRAME['text']} is None:", f'{unit}raise KeyError("text")']


class TextReads:
    """The places where a function reads the text of its frame.

    Args:
        module: The module of the function.
        function: The function.
        reads: The expressions that read the text, which fail if there is none.
        events: The ``id()`` of the nodes that answer, send, join or leave.
        is_caught: Whether a decorator may catch what the function raises.
    """

    def __init__(
        self,
        module: Module,
        function: ast.FunctionDef,
        reads: Iterable[ast.expr],
        events: Collection[int],
        is_caught: bool = False,
    ) -> None:
        self._module, self._events = module, events
        # The function may be a copy of what stands in the module.
        self._function = next(module.around(function.body[0]))
        self._first, self._columns = function.body[0], function.col_offset
        self._reads = sorted(reads, key=lambda each: (each.lineno, each.col_offset))
        self._is_caught = is_caught

    def guard(self, edits: Edits) -> bool:
        """Have a binary frame fail where it failed; return whether the code had to say so.

        Args:
            edits: The changes of the function.

        Raises:
            Left: It cannot be said in front of a statement.
        """
        if not self._is_caught and any(map(self._comes_first, self._reads)):
            return False
        self._guard(edits, self._reads)
        return True

    def guard_unasked(self, edits: Edits, questions: Collection[int]) -> bool:
        """Do the same in a method that takes both frames, where it has not asked which it is.

        Args:
            edits: The changes of the function.
            questions: The ``id()`` of what asks which frame there is.

        Raises:
            Left: It cannot be said in front of a statement.
        """
        unasked = [each for each in self._reads if not self._is_asked(each, questions)]
        self._guard(edits, unasked)
        return bool(unasked)

    def _is_asked(self, read: ast.expr, questions: Collection[int]) -> bool:
        """Whether a condition around a read, or one before it that leaves, asks for a frame."""
        node: ast.AST = read
        for around in self._above(read):
            conditions: list[ast.expr] = [around] if isinstance(around, ast.BoolOp) else []
            if isinstance(around, ast.If | ast.IfExp | ast.While):
                conditions = [around.test]
            for block in _blocks(around):
                for each in block[: block.index(node)] if node in block else ():
                    if isinstance(each, ast.If) and isinstance(each.body[-1], _LEAVING):
                        conditions.append(each.test)
            if any(id(each) in questions for one in conditions for each in ast.walk(one)):
                return True
            node = around
        return False

    def _guard(self, edits: Edits, reads: Iterable[ast.expr]) -> None:
        guarded: list[ast.stmt] = []
        for read in reads:
            statement = self._statement(read)
            if any(self._is_behind(statement, each) for each in guarded):
                continue
            if statement is None or not self._is_certain(read):
                raise Left(self._module, read, _REASON)
            self._write(edits, statement)
            guarded.append(statement)

    def _write(self, edits: Edits, statement: ast.stmt) -> None:
        module, start = self._module, self._module.span(statement)[0]
        at = module.line_start(start)
        indent = module.text[at:start]
        if indent.strip() or module.text.startswith("elif", start):
            raise Left(module, statement, _REASON)
        end = line_end_of(module.text)
        lines = failure(self._unit())
        edits.replace((start, start), "".join(f"{line}{end}{indent}" for line in lines))

    def _unit(self) -> str:
        module = self._module
        start = module.span(self._first)[0]
        inner = module.text[module.line_start(start) : start]
        return inner[self._columns :] or "    "

    def _above(self, node: ast.AST) -> Iterator[ast.AST]:
        """What is around a node, up to the function."""
        for around in self._module.around(node):
            yield around
            if around is self._function:
                return

    def _statement(self, read: ast.expr) -> ast.stmt | None:
        """The statement of a read; nothing if it is one of a function in the function."""
        found = next(each for each in self._above(read) if isinstance(each, ast.stmt))
        inner = (ast.FunctionDef, ast.ClassDef, ast.Lambda)
        around = [each for each in self._above(read) if isinstance(each, inner)]
        return found if around == [self._function] else None

    def _is_certain(self, read: ast.AST) -> bool:
        """Whether a read happens whenever its statement is reached."""
        node = read
        for around in self._above(read):
            if isinstance(node, ast.stmt):
                return True
            if isinstance(around, ast.IfExp) and node is not around.test:
                return False
            if isinstance(around, ast.BoolOp) and node is not around.values[0]:
                return False
            if isinstance(around, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
                return False
            node = around
        return True

    def _is_behind(self, statement: ast.stmt | None, earlier: ast.stmt) -> bool:
        """Whether another statement has been reached wherever one is."""
        node: ast.AST | None = statement
        while node is not None and node is not self._function:
            if node is earlier:
                return True
            around = next(self._module.around(node))
            for block in _blocks(around):
                if node in block and earlier in block[: block.index(node)]:
                    return True
            if isinstance(around, ast.Try) and _is_passed(around, node, earlier):
                return True
            node = around
        return False

    def _comes_first(self, read: ast.expr) -> bool:
        """Whether nothing happens before a text is read, and nobody notices that there is none."""
        node: ast.AST | None = self._statement(read)
        if node is None or not self._is_certain(read):
            return False
        while node is not self._function:
            around = next(self._module.around(node))
            block = next(each for each in _blocks(around) if node in each)
            if not all(map(self._is_harmless, block[: block.index(node)])):
                return False
            if isinstance(around, ast.Try):
                if block is not around.body or around.finalbody or _catches(around):
                    return False
            elif isinstance(around, ast.With):
                if may_suppress(around):
                    return False
            elif around is not self._function:
                return False
            node = around
        return True

    def _is_harmless(self, node: ast.AST) -> bool:
        if any(id(each) in self._events for each in ast.walk(node)):
            return False
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            return ast.unparse(node.value.func).split(".")[0] in _LOGS
        plain = (ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom, ast.Global, ast.Pass)
        if isinstance(node, ast.Expr):
            return isinstance(node.value, ast.Constant)
        calls = [each for each in ast.walk(node) if isinstance(each, ast.Call)]
        names = {getattr(each.func, "attr", getattr(each.func, "id", "")) for each in calls}
        return isinstance(node, plain) and names <= _READING


def _blocks(node: ast.AST) -> Iterator[list[ast.AST]]:
    for name in ("body", "orelse", "finalbody", "handlers"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield block


def _is_passed(around: ast.Try, node: ast.AST, first: ast.stmt) -> bool:
    """Whether a handler or an ``else`` runs only where a statement of the block did not fail."""
    if node in around.handlers:
        return around.body[0] is first and not _catches(around)
    return node in around.orelse and first in around.body


def _catches(node: ast.Try) -> bool:
    types = [each.type for each in node.handlers]
    names = {
        getattr(each, "attr", getattr(each, "id", ""))
        for caught in types
        if caught is not None
        for each in ast.walk(caught)
    }
    return None in types or bool(names & _CATCHING)
