"""The texts that a path in a test may have, with the parts of it that are not known.

A client connects at ``"/rooms/" + room`` and sends to ``"/rooms/red/"``: both are followed to the
literals that they are made of.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import NamedTuple

from .values import Value, Values

# What a text with percent signs is split at; it is read if it has no other percent sign.
_INSERTED = re.compile(r"%[sd]")


class Part(NamedTuple):
    """A part of a path.

    Attributes:
        text: What it says; the spelling of an expression whose value is not known.
        is_known: Whether it is said so.
    """

    text: str
    is_known: bool = True


Path = tuple[Part, ...]


def paths_of(values: Values, value: Value, given: Mapping[str, Value]) -> Iterator[str]:
    """Yield the paths, without their query strings, that an expression may stand for.

    Args:
        values: What the names of the family stand for.
        value: The expression.
        given: The arguments of the call of its method, if one call is meant.

    Returns:
        Each path, spelled as an f-string would.
    """
    for path in _texts(values, value, given):
        yield _spelled(_without_query(path))


def _texts(values: Values, value: Value, given: Mapping[str, Value]) -> Iterator[Path]:
    for each in values.of(value.method, value.node, given):
        # The arguments are those of one method; what a name was followed to may be in another.
        own = given if each.method is value.method else {}
        parts = _parts(each.node)
        if parts is None:
            yield (_part(each.node),)
            continue
        found = [
            [(part,)]
            if isinstance(part, Part)
            else [*_texts(values, Value(each.method, part), own)]
            for part in parts
        ]
        for chosen in product(*found):
            yield tuple(part for path in chosen for part in path)


def _part(node: ast.expr) -> Part:
    if isinstance(node, ast.Constant) and isinstance(node.value, str | int):
        return Part(str(node.value))
    return Part(ast.unparse(node), is_known=False)


def _parts(node: ast.expr) -> list[Part | ast.expr] | None:
    """The parts that an expression joins, or ``None`` if it joins none."""
    if isinstance(node, ast.JoinedStr):
        return _of_f_string(node)
    if not isinstance(node, ast.BinOp):
        return None
    if isinstance(node.op, ast.Add):
        return [node.left, node.right]
    is_text = isinstance(node.left, ast.Constant) and isinstance(node.left.value, str)
    if isinstance(node.op, ast.Mod) and is_text:
        return _of_format(node.left.value, node.right)  # type: ignore[attr-defined]
    return None


def _of_f_string(node: ast.JoinedStr) -> list[Part | ast.expr] | None:
    parts: list[Part | ast.expr] = []
    for each in node.values:
        if isinstance(each, ast.FormattedValue):
            if each.conversion != -1 or each.format_spec is not None:
                return None
            parts.append(each.value)
        else:
            parts.append(_part(each))
    return parts


def _of_format(text: str, inserted: ast.expr) -> list[Part | ast.expr] | None:
    texts = _INSERTED.split(text)
    nodes = inserted.elts if isinstance(inserted, ast.Tuple) else [inserted]
    if len(nodes) != len(texts) - 1 or any("%" in each for each in texts):
        return None
    parts: list[Part | ast.expr] = [Part(texts[0])]
    for each, behind in zip(nodes, texts[1:], strict=True):
        parts += [each, Part(behind)]
    return parts


def _without_query(path: Path) -> Iterable[Part]:
    for part in path:
        before, mark, _ = part.text.partition("?")
        if part.is_known and mark:
            yield Part(before)
            return
        yield part


def _spelled(path: Iterable[Part]) -> str:
    return "".join(each.text if each.is_known else f"{{{each.text}}}" for each in path)
