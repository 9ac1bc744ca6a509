"""Changes of a source text: replaced spans, indentation and imports."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from .module import Module, Span

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")


class Edits:
    """Replacements in the text of a module.

    Args:
        module: The module.
    """

    def __init__(self, module: Module) -> None:
        self.module = module
        self._replacements: list[tuple[Span, str]] = []

    def replace(self, span: Span, text: str) -> None:
        """Replace what is between two offsets; nothing may be replaced twice."""
        self._replacements.append((span, text))

    def replace_node(self, node: ast.expr | ast.stmt | ast.alias, text: str) -> None:
        """Replace a node's text."""
        self.replace(self.module.span(node), text)

    def remove_lines(self, span: Span) -> None:
        """Remove the lines that a span is in."""
        module = self.module
        self.replace((module.line_start(span[0]), module.line_end(span[1])), "")

    def remove(self, spans: Iterable[Span]) -> None:
        """Remove what is between offsets; the spans may touch or overlap."""
        at = 0
        for start, end in sorted(spans):
            self.replace((max(start, at), max(end, at)), "")
            at = max(end, at)

    def swap(self, first: Span, second: Span) -> None:
        """Exchange what stands at two places, with what was replaced in it so far."""
        texts = self.apply(*first), self.apply(*second)
        self._replacements = [
            (span, text)
            for span, text in self._replacements
            if not any(start <= span[0] and span[1] <= end for start, end in (first, second))
        ]
        self.replace(first, texts[1])
        self.replace(second, texts[0])

    def rename(self, name: str, new: str) -> None:
        """Rename a variable in all that was put in so far."""
        pattern = re.compile(rf"\b{name}\b")
        self._replacements = [(span, pattern.sub(new, text)) for span, text in self._replacements]

    def update(self, other: Edits) -> None:
        """Take over the replacements of others in the same module."""
        self._replacements += other._replacements

    def apply(self, start: int = 0, end: int | None = None) -> str:
        """Return the text between two offsets with what was replaced in it.

        Raises:
            ValueError: Two replacements overlap.
        """
        text = self.module.text
        end = len(text) if end is None else end
        pieces, at = [], start
        for (first, last), new in sorted(self._replacements, key=lambda each: each[0]):
            if first < start or last > end:
                continue
            if first < at:
                raise ValueError(f"{self.module.path}: two replacements overlap at {first}")
            pieces += [text[at:first], new]
            at = last
        return "".join([*pieces, text[at:end]])

    def __bool__(self) -> bool:
        return bool(self._replacements)


def entry_span(module: Module, span: Span, with_comment: bool = False) -> Span:
    """An entry with its comma, and its lines where nothing else is on them.

    Args:
        module: The module.
        span: The entry.
        with_comment: Whether a comment behind it goes too.
    """
    start, end = span
    comma = re.compile(r"[ \t]*,").match(module.text, end)
    end = comma.end() if comma else end
    line_start, line_end = module.line_start(start), module.line_end(end)
    rest = module.text[end:line_end].strip()
    if not module.text[line_start:start].strip() and (not rest or rest[0] == "#"):
        if not rest or with_comment or rest.startswith("# noqa"):
            return line_start, line_end
        return start, module.text.index("#", end)
    if comma:
        blank = re.compile(r"[ \t]*").match(module.text, end)
        return start, blank.end() if blank else end
    # The last of its line: the comma before it goes.
    return len(module.text[:start].rstrip().removesuffix(",")), end


def indented(text: str, by: str, strings: Iterable[Span] = ()) -> str:
    """Return a text with more indentation; lines inside strings stay as they are.

    Args:
        text: Whole lines.
        by: What each line that is not empty gets in front of it.
        strings: The spans, in the text, of strings of several lines.
    """
    spans = list(strings)
    pieces, at = [], 0
    for match in _LINE.finditer(text):
        line = match[0]
        inside = any(first < at < last for first, last in spans)
        pieces.append(line if inside or not line.strip() else by + line)
        at = match.end()
    return "".join(pieces)


def strings_of(text: str) -> list[Span]:
    """Return the spans of the strings of several lines in a text.

    Args:
        text: Statements, from the beginning of a line on. They may be indented.
    """
    prefix = "if 1:\n" if text[:1] in (" ", "\t") else ""
    module = Module.__new__(Module)
    module.text = prefix + text
    found = []
    for node in ast.walk(ast.parse(module.text)):
        is_string = isinstance(node, ast.JoinedStr) or (
            isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
        )
        if is_string and isinstance(node, ast.expr) and node.lineno != node.end_lineno:
            first, last = module.span(node)
            found.append((first - len(prefix), last - len(prefix)))
    return found


def with_imports(module: Module, needed: Iterable[tuple[str, str]]) -> str:
    """Return a module's text with ``from … import …`` for what it lacks.

    Args:
        module: The module.
        needed: Pairs of a module's dotted name, which may be relative, and a name in it.
    """
    edits = Edits(module)
    missing: dict[str, list[str]] = {}
    for origin, name in needed:
        if not _is_imported(module, origin, name) and name not in missing.setdefault(origin, []):
            missing[origin].append(name)
    imports = _imports_at_the_top(module)
    end = line_end_of(module.text)
    fresh = []
    for origin, names in missing.items():
        if not names:
            continue
        same = [
            each
            for each in imports
            if isinstance(each, ast.ImportFrom) and _spelled(each) == origin
        ]
        if same and "#" not in module.source(same[-1]):
            bound = [module.source(alias) for alias in same[-1].names]
            edits.replace_node(
                same[-1], import_text(origin, [*bound, *names], end, module.source(same[-1]))
            )
        else:
            fresh.append(import_text(origin, names, end) + end)
    for number, text in enumerate(sorted(fresh), 1):
        at = _import_place(module, imports, text)
        blank = 0
        if number == len(fresh):
            # Below stand relative imports, or no imports.
            blank = 2 if not imports else all(getattr(node, "level", 0) for node in imports)
        edits.replace((at, at), text + end * blank)
    return edits.apply()


def _imports_at_the_top(module: Module) -> list[ast.Import | ast.ImportFrom]:
    """The imports above the first function or class, which may need what they import."""
    found = []
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            break
        if isinstance(node, ast.Import | ast.ImportFrom):
            found.append(node)
    return found


def _is_imported(module: Module, origin: str, name: str) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and _spelled(node) == origin
        and any(alias.name == name and alias.asname in (None, name) for alias in node.names)
        for node in module.tree.body
    )


def _spelled(node: ast.ImportFrom) -> str:
    return "." * node.level + (node.module or "")


def import_text(origin: str, names: Iterable[str], end: str, before: str = "") -> str:
    """Return a ``from`` import, over several lines if it was, or if it is long.

    Args:
        origin: The module.
        names: What is imported, perhaps with ``as``.
        end: The end of a line.
        before: The import that it replaces.
    """
    ordered = sorted(
        dict.fromkeys(names), key=lambda name: (not name.isupper(), not name[:1].isupper(), name)
    )
    line = f"from {origin} import {', '.join(ordered)}"
    if len(line) <= 88 and not re.search(r"\(\s*[\r\n]", before):
        return line
    return "".join(
        [f"from {origin} import ({end}", *(f"    {name},{end}" for name in ordered), ")"]
    )


def _import_place(module: Module, imports: list[ast.Import | ast.ImportFrom], text: str) -> int:
    """Where a new import goes: in its order among the last absolute imports that stand together."""
    absolute = [node for node in imports if not getattr(node, "level", 0)]
    if absolute:
        block = absolute[-1:]
        for node in reversed(absolute[:-1]):
            if block[0].lineno - (node.end_lineno or 0) > 1:
                break
            block.insert(0, node)
        for node in block:
            if isinstance(node, ast.ImportFrom) and f"from {_spelled(node)} " > text:
                return module.span(node)[0]
        return module.line_end(module.span(absolute[-1])[1])
    if imports:
        return module.line_start(module.span(imports[0])[0])
    body = module.tree.body
    if body and ast.get_docstring(module.tree) is not None:
        return module.line_end(module.span(body[0])[1])
    return module.line_start(module.span(body[0])[0]) if body else len(module.text)


def without_unused(before: Module, after: Module, kept: set[str]) -> str:
    """Return a module's text without the imports that a change left without a use.

    Args:
        before: The module as it was.
        after: The module as it is now.
        kept: Names that other modules take from this one.
    """
    gone = _used(before) - _used(after) - kept
    edits = Edits(after)
    done = set()
    for node in _imports_of(after):
        first, last = after.span(node)
        line = after.text[after.line_start(first) : after.line_end(last)]
        is_alone = line.strip() == after.source(node)
        if (
            id(node) in done
            or "#" in after.source(node)
            or not (is_alone or node in after.tree.body)
        ):
            continue
        done.add(id(node))
        staying = [alias for alias in node.names if (alias.asname or alias.name) not in gone]
        if not staying:
            edits.remove_lines(after.span(node))
        elif len(staying) < len(node.names):
            names = [after.source(alias) for alias in staying]
            end = line_end_of(after.text)
            edits.replace_node(node, import_text(_spelled(node), names, end, after.source(node)))
    return edits.apply()


def _imports_of(module: Module) -> Iterator[ast.ImportFrom]:
    """The ``from`` imports at the top of a module, and those in functions that do more."""
    yield from (node for node in module.tree.body if isinstance(node, ast.ImportFrom))
    for function in ast.walk(module.tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for block in (getattr(each, "body", None) for each in ast.walk(function)):
            if not isinstance(block, list):
                continue
            imports = [each for each in block if isinstance(each, ast.ImportFrom)]
            if len(imports) < len(block):
                yield from imports


def _used(module: Module) -> set[str]:
    return {node.id for node in ast.walk(module.tree) if isinstance(node, ast.Name)}


def line_end_of(text: str) -> str:
    """Return how a text ends its lines."""
    found = re.search(r"\r\n|\r|\n", text)
    return found[0] if found else "\n"
