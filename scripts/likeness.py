"""Compares our statements with those of the original: four alike in a row are reported.

``python -m scripts.likeness`` reads the installed Channels 1.1.8 and asgiref 1.1.2 that
`scripts.reference` provides, and prints each place where four statements in a row are more than
72 % alike, with the place in the original. Statements are compared as normalised source: without
docstrings, annotations, imports and the headers of definitions, and with their names. Places that
the API dictates are listed, each with its reason, in ``likeness_exceptions.txt`` beside this
file. It prints nothing and exits with 0 when nothing else is alike, with 1 otherwise, and with 3
where there is no Python 3.8 to install the original with.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, NamedTuple

from . import reference

ROOT = Path(__file__).resolve().parent.parent
OURS = (ROOT / "compat", ROOT / "channeltest")
PACKAGES = ("channels", "asgiref")
EXCEPTIONS = Path(__file__).with_name("likeness_exceptions.txt")

# Statements in a row, and the share of their tokens that two rows may have in common.
LENGTH = 4
LIMIT = 0.72

_SKIPPED = {tokenize.NEWLINE, tokenize.NL, tokenize.ENDMARKER}


class Row(NamedTuple):
    """Consecutive statements of one body.

    Attributes:
        path: The file.
        scope: The qualified name of the function or class, empty for the module.
        line: The line of the first statement.
        tokens: The tokens of all the statements.
    """

    path: Path
    scope: str
    line: int
    tokens: tuple[str, ...]


class Likeness(NamedTuple):
    """Two rows that are alike.

    Attributes:
        ours: Our row.
        theirs: The row of the original.
        ratio: Their likeness, from 0 to 1.
    """

    ours: Row
    theirs: Row
    ratio: float


class _Normalise(ast.NodeTransformer):
    """Drops what differs between Python 2 and 3 only, and what says nothing about a body."""

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        if node.value is None:
            return None
        assign = ast.Assign(targets=[node.target], value=node.value)
        return self.generic_visit(ast.copy_location(assign, node))

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Name) and node.func.id == "super":
            node.args = []
        return self.generic_visit(node)


def rows(path: Path) -> list[Row]:
    """Return every row of statements in a file of Python 3."""
    tree = _Normalise().visit(ast.parse(path.read_text(encoding="utf-8")))
    return [
        Row(path, scope, row[0].lineno, tuple(token for each in row for token in _tokens(each)))
        for scope, statements in _bodies(tree.body, "")
        for row in zip(*(statements[first:] for first in range(LENGTH)), strict=False)
    ]


def _bodies(body: list[ast.stmt], scope: str) -> Iterator[tuple[str, list[ast.stmt]]]:
    """Yield the statements of a body in order, and those of the definitions in it, with names."""
    statements: list[ast.stmt] = []
    definitions: list[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef] = []
    _flatten(body, statements, definitions)
    yield scope, statements
    for definition in definitions:
        name = f"{scope}.{definition.name}" if scope else definition.name
        yield from _bodies(definition.body, name)


def _flatten(body: list[ast.stmt], statements: list[ast.stmt], definitions: list[Any]) -> None:
    """Add the statements of a body, and of the blocks in it, each without its own block."""
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            definitions.append(node)
        elif not _says_nothing(node):
            statements.append(node)
            for block in _blocks(node):
                _flatten(block, statements, definitions)


def _says_nothing(node: ast.stmt) -> bool:
    """Whether a statement is an import, a docstring or ``pass``."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, ast.Import | ast.ImportFrom | ast.Pass)


def _blocks(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        yield getattr(node, name, [])
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield part.body


def _tokens(node: ast.stmt) -> Iterator[str]:
    """Yield the tokens of a statement; of a compound one, those of its first line."""
    source = ast.unparse(node)
    if any(_blocks(node)):
        source = source.partition("\n")[0] + " pass"
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in _SKIPPED:
            yield token.string


def compare(ours: Iterable[Row], theirs: Iterable[Row]) -> Iterator[Likeness]:
    """Yield each of our rows that is too much like one of theirs, with the likest of those."""
    theirs = list(theirs)
    postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for index, row in enumerate(theirs):
        for token, count in Counter(row.tokens).items():
            postings[token].append((index, count))
    for row in ours:
        shared: Counter[int] = Counter()
        for token, count in Counter(row.tokens).items():
            for index, other in postings.get(token, ()):
                shared[index] += min(count, other)
        best = max(
            (
                Likeness(row, theirs[index], _ratio(row.tokens, theirs[index].tokens))
                for index, count in shared.items()
                # No order of the shared tokens makes the ratio larger than this.
                if 2 * count / (len(row.tokens) + len(theirs[index].tokens)) > LIMIT
            ),
            key=lambda likeness: likeness.ratio,
            default=None,
        )
        if best is not None and best.ratio > LIMIT:
            yield best


def _ratio(ours: tuple[str, ...], theirs: tuple[str, ...]) -> float:
    return SequenceMatcher(None, ours, theirs, autojunk=False).ratio()


def excepted(text: str) -> set[tuple[str, str]]:
    """Return the places that a list of exceptions names.

    Args:
        text: Lines of ``path::scope: reason``; blank lines and those that begin with ``#`` count
            for nothing.

    Returns:
        ``(path, scope)`` pairs.

    Raises:
        ValueError: A line has no reason.
    """
    places = set()
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        place, _, reason = line.partition(": ")
        path, _, scope = place.partition("::")
        if not reason.strip():
            raise ValueError(f"write 'path::scope: reason', not {line!r}")
        places.add((path, scope))
    return places


def report(likenesses: Iterable[Likeness], allowed: set[tuple[str, str]]) -> list[str]:
    """Return a line for each likeness that is not allowed, and for what is allowed in vain."""
    lines, used = [], set()
    for ours, theirs, ratio in likenesses:
        place = (_relative(ours.path), ours.scope)
        if place in allowed:
            used.add(place)
            continue
        lines.append(
            f"{place[0]}:{ours.line} ({ours.scope}) is {ratio:.0%} like "
            f"{'/'.join(theirs.path.parts[-2:])}:{theirs.line} ({theirs.scope})"
        )
    lines += [
        f"{path}::{scope} is an exception that nothing needs" for path, scope in allowed - used
    ]
    return sorted(lines)


def _relative(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def installed() -> Path | None:
    """Return the folder where the original's packages are, or None without a Python 3.8."""
    python = reference.python()
    if python is None:
        return None
    return next(python.parent.parent.glob("lib/python3.8/site-packages"))


def rows_below(folders: Iterable[Path]) -> list[Row]:
    """Return the rows of every Python file below the folders."""
    return [row for each in folders for path in sorted(each.rglob("*.py")) for row in rows(path)]


def main() -> int:
    """Compare, print what is alike, and return the exit status."""
    site = installed()
    if site is None:
        print(reference.MISSING, file=sys.stderr)
        return 3
    likenesses = compare(rows_below(OURS), rows_below(site / name for name in PACKAGES))
    lines = report(likenesses, excepted(EXCEPTIONS.read_text(encoding="utf-8")))
    print(*lines, sep="\n", end="\n" if lines else "")
    return bool(lines)


if __name__ == "__main__":
    sys.exit(main())
