"""One parsed source file: where its nodes stand and what its names mean."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from .files import SourceError, read

_AUTH = "channels.auth."
# One name for what Channels 1 offered under several.
_CANONICAL = {
    "channels.channel.Channel": "channels.Channel",
    "channels.channel.Group": "channels.Group",
    "channels.routing.route": "channels.route",
    "channels.routing.route_class": "channels.route_class",
    "channels.routing.include": "channels.include",
    "channels.sessions.channel_session_user_from_http": _AUTH + "channel_session_user_from_http",
    "channels.sessions.channel_session_user": _AUTH + "channel_session_user",
    "channels.generic.BaseConsumer": "channels.generic.base.BaseConsumer",
}

_TEST_FILE = re.compile(r"(^|/)(tests?(/|\.py$)|test_[^/]*\.py$|[^/]*_tests?\.py$|conftest\.py$)")
_CHANNELS = re.compile(
    r"\bchannels\b|reply_channel|CHANNEL_LAYERS|websocket\.(connect|receive)|\.as_route\("
)
# One of these is in whatever mentions Channels: a word is found faster than a pattern.
_WORDS = ("channel", "CHANNEL_LAYERS", "websocket.", "as_route")
_NUL = "\0"

Span = tuple[int, int]


class Module:
    """A source file.

    Args:
        path: The file.
        name: The dotted name under which the project imports it.
        text: What the file holds.
        encoding: The encoding of the file.

    Attributes:
        path: The same.
        name: The same.
        text: The same.
        encoding: The same.
        is_test: Whether the file's name or folder says that it holds tests (bool).
    """

    def __init__(self, path: Path, name: str, text: str, encoding: str) -> None:
        self.path, self.name, self.text, self.encoding = path, name, text, encoding
        self.is_test = _TEST_FILE.search(name.replace(".", "/") + ".py") is not None

    @classmethod
    def load(cls, path: Path) -> Module:
        """Read a file.

        Raises:
            SourceError: It cannot be read or decoded.
        """
        text, encoding = read(path)
        return cls(path, name_of(path), text, encoding)

    def replaced(self, text: str) -> Module:
        """Return the same file with another text."""
        return Module(self.path, self.name, text, self.encoding)

    @property
    def package(self) -> str:
        """The dotted name of the package that relative imports begin at."""
        return self.name if self.path.name == "__init__.py" else self.name.rpartition(".")[0]

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree.

        Raises:
            SourceError: The file is no Python 3.
        """
        if _NUL in self.text:
            line = self.text.count("\n", 0, self.text.index(_NUL)) + 1
            raise SourceError(self.path, "holds a NUL byte: it is no source file", line)
        try:
            return ast.parse(self.text)
        except SyntaxError as error:
            raise SourceError(
                self.path,
                f"is no Python 3 ({error.msg}). If it is Python 2, convert it with 2to3 first",
                error.lineno,
            ) from None
        except (RecursionError, MemoryError):
            raise SourceError(self.path, "cannot be parsed: it is nested too deeply") from None

    @cached_property
    def mentions_channels(self) -> bool:
        """Whether the file mentions Channels."""
        if not any(word in self.text for word in _WORDS):
            return False
        return _CHANNELS.search(self.text) is not None

    @cached_property
    def error(self) -> SourceError | None:
        """Why the file cannot be parsed, or ``None``."""
        try:
            self.tree  # noqa: B018  # it raises
        except SourceError as error:
            return error
        return None

    @property
    def is_python3(self) -> bool:
        """Whether the file can be parsed."""
        return self.error is None

    @cached_property
    def _lines(self) -> list[int]:
        """The offset of each line; Python ends lines at these three only."""
        ends = [match.end() for match in re.finditer(r"\r\n|\r|\n", self.text)]
        return [0, *ends]

    def offset(self, line: int, column: int) -> int:
        """Return where a position of the tree is in the text.

        Args:
            line: The line (1 is the first).
            column: The column, in bytes of UTF-8, as `ast` counts.
        """
        start = self._lines[line - 1]
        chars = self.text[start : start + column]
        return start + (column if chars.isascii() else len(chars.encode()[:column].decode()))

    def span(self, node: ast.expr | ast.stmt | ast.alias) -> Span:
        """Return the offsets of a node's first character and of the first behind it.

        A function's or a class's decorators belong to it.
        """
        assert node.end_lineno is not None and node.end_col_offset is not None
        first: ast.expr | ast.stmt | ast.alias = node
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.decorator_list:
            first = node.decorator_list[0]
            start = self.text.rindex("@", 0, self.offset(first.lineno, first.col_offset))
        else:
            start = self.offset(first.lineno, first.col_offset)
        return start, self.offset(node.end_lineno, node.end_col_offset)

    def source(self, node: ast.expr | ast.stmt | ast.alias) -> str:
        """Return a node's text."""
        start, end = self.span(node)
        return self.text[start:end]

    def line_start(self, offset: int) -> int:
        """Return the offset of the first character of the line that ``offset`` is in."""
        return max(self.text.rfind("\n", 0, offset), self.text.rfind("\r", 0, offset)) + 1

    def line_end(self, offset: int) -> int:
        """Return the offset behind the end of the line that ``offset`` is in."""
        found = re.compile(r"\r\n|\r|\n").search(self.text, offset)
        return found.end() if found else len(self.text)

    def line_above(self, start: int) -> tuple[int, str] | None:
        """Return the start and the text of the line above the one that begins at an offset."""
        if start == 0:
            return None
        end = start - (2 if self.text[start - 2 : start] == "\r\n" else 1)
        above = self.line_start(end)
        return above, self.text[above:start]

    @cached_property
    def _walked(self) -> tuple[dict[str, list[ast.expr]], dict[int, ast.AST], list[ast.stmt]]:
        """What may refer to something, by its last name; the parent of each node; the imports."""
        found: dict[str, list[ast.expr]] = {}
        parents: dict[int, ast.AST] = {}
        imports: list[ast.stmt] = []
        waiting: list[ast.AST] = [self.tree]
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.Name):
                if isinstance(node.ctx, ast.Load):
                    found.setdefault(node.id, []).append(node)
            elif isinstance(node, ast.Attribute):
                found.setdefault(node.attr, []).append(node)
            elif isinstance(node, ast.Constant):
                if isinstance(node.value, str) and "." in node.value:
                    found.setdefault(node.value.rpartition(".")[2], []).append(node)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                imports.append(node)
            for child in ast.iter_child_nodes(node):
                if not isinstance(child, ast.expr_context | ast.operator):
                    parents[id(child)] = node
                    waiting.append(child)
        return found, parents, imports

    def references(self, last: str) -> list[ast.expr]:
        """Return the names, attributes and dotted strings that end in a name, by their places."""
        found = self._walked[0].get(last, [])
        return sorted(found, key=lambda node: (node.lineno, node.col_offset))

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield the nodes around a node, the innermost first."""
        parents = self._walked[1]
        while id(node) in parents:
            node = parents[id(node)]
            yield node

    @cached_property
    def imported_from(self) -> set[tuple[str, str]]:
        """The pairs of a module and a name that the ``from`` imports name."""
        return {
            (self.origin(node), alias.name)
            for node in self._walked[2]
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }

    @cached_property
    def imports(self) -> dict[str, str]:
        """What each imported name stands for; a name with two meanings is left out."""
        found: dict[str, set[str]] = {}
        for node in self._walked[2]:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    bound = alias.asname or alias.name.partition(".")[0]
                    target = alias.name if alias.asname else bound
                    found.setdefault(bound, set()).add(target)
            elif isinstance(node, ast.ImportFrom):
                origin = self.origin(node)
                for alias in node.names:
                    target = canonical(f"{origin}.{alias.name}")
                    found.setdefault(alias.asname or alias.name, set()).add(target)
        return {bound: targets.pop() for bound, targets in found.items() if len(targets) == 1}

    @cached_property
    def stars(self) -> set[str]:
        """The modules that ``from ... import *`` names at the top of this one."""
        return {
            self.origin(node)
            for node in self.tree.body
            if isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
        }

    @property
    def all_of(self) -> str:
        """The only module that ``from ... import *`` names at the top of this one, or ``""``."""
        return next(iter(self.stars)) if len(self.stars) == 1 else ""

    def origin(self, node: ast.ImportFrom) -> str:
        """Return the dotted name of the module that a ``from`` import names."""
        return self.absolute("." * node.level + (node.module or ""))

    def absolute(self, origin: str) -> str:
        """Return the dotted name of a module that an import here spells, perhaps relatively."""
        level = len(origin) - len(origin.lstrip("."))
        if not level:
            return origin
        parts = self.package.split(".")
        base = ".".join(parts[: len(parts) - level + 1])
        return ".".join(filter(None, (base, origin[level:])))

    @cached_property
    def definitions(self) -> dict[str, ast.stmt]:
        """The functions, classes and variables of the module itself, each with its statement.

        A name that is bound twice is left out.
        """
        found: dict[str, list[ast.stmt]] = {}
        for node in self.tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found.setdefault(node.name, []).append(node)
            elif isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        found.setdefault(target.id, []).append(node)
            elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
                found.setdefault(node.target.id, []).append(node)
        return {name: nodes[0] for name, nodes in found.items() if len(nodes) == 1}

    def meaning(self, node: ast.AST) -> str | None:
        """Return the dotted name that an expression stands for, or ``None``.

        Args:
            node: A name or an attribute.
        """
        if isinstance(node, ast.Name):
            if node.id in self.definitions:
                return f"{self.name}.{node.id}"
            if node.id in self.imports:
                return self.imports[node.id]
            is_of_all = self.all_of and not hasattr(builtins, node.id)
            return canonical(f"{self.all_of}.{node.id}") if is_of_all else None
        if isinstance(node, ast.Attribute):
            inner = self.meaning(node.value)
            return None if inner is None else canonical(f"{inner}.{node.attr}")
        return None


def canonical(name: str) -> str:
    """Return the usual name of something that Channels 1 had under several."""
    return _CANONICAL.get(name, name)


def name_of(path: Path) -> str:
    """Return the dotted name of a file: it begins above the outermost package."""
    parts = [] if path.stem == "__init__" else [path.stem]
    folder = path.resolve().parent
    while (folder / "__init__.py").exists():
        parts.insert(0, folder.name)
        folder = folder.parent
    return ".".join(parts) or path.resolve().parent.name
