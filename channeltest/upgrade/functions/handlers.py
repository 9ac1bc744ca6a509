"""The method with which a consumer passes a text from a group, or its channel, to its client."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from textwrap import dedent

from ...sources.edits import Edits, line_end_of
from ...sources.module import Module
from ...sources.project import Project
from ..outcome import Left
from ..refusal import send_text

TYPE, HANDLER = "group.message", "group_message"
_WEBSOCKETS = "channels.generic.websocket."
_TAKEN = {"send", "dispatch", HANDLER}


def without_handler(
    project: Project, found: Mapping[str, tuple[Module, ast.ClassDef]], uses: str
) -> list[tuple[Module, ast.ClassDef]]:
    """Return the consumers that may get a text, and have no handler yet.

    Args:
        project: The project.
        found: Its consumers.
        uses: What a consumer that may get one has in its source, as a regular expression.

    Returns:
        The consumers, or those of their bases in the project that derive from no other.

    Raises:
        Left: One of them sends, or takes messages, in a way of its own.
    """
    members: dict[str, tuple[Module, ast.ClassDef]] = {}
    for consumer in found.values():
        line = [*_line(project, *consumer)]
        if not any(re.search(uses, module.source(node)) for module, node in line):
            continue
        has_handler = False
        for module, node in line:
            defined = {each.name: each for each in node.body if isinstance(each, ast.FunctionDef)}
            own = {name for name, each in defined.items() if name in _TAKEN and not _is_ours(each)}
            if own:
                raise Left(module, node, f"it has a method {min(own)!r} of its own")
            has_handler |= HANDLER in defined
        for module, node in line:
            if not all(_is_known(project, module, base) for base in node.bases):
                raise Left(module, node, "what its base does is not known")
        module, node = next(each for each in reversed(line) if _is_generic(*each))
        if not has_handler:
            members[f"{module.name}.{node.name}"] = module, node
    return [*members.values()]


def _line(
    project: Project, module: Module, node: ast.ClassDef
) -> Iterator[tuple[Module, ast.ClassDef]]:
    """A class, and those of the project that it derives from."""
    yield module, node
    for each in node.bases:
        home, base = project.definition(module.meaning(each) or "") or (None, None)
        if home is not None and isinstance(base, ast.ClassDef) and base is not node:
            yield from _line(project, home, base)


def _is_known(project: Project, module: Module, base: ast.expr) -> bool:
    """Whether a base is of the project, a generic consumer, or ``object``."""
    meaning = module.meaning(base) or (base.id if isinstance(base, ast.Name) else "")
    definition = project.definition(meaning)
    is_class = definition is not None and isinstance(definition[1], ast.ClassDef)
    return is_class or meaning == "object" or meaning.startswith(_WEBSOCKETS)


def _is_generic(module: Module, node: ast.ClassDef) -> bool:
    return any((module.meaning(base) or "").startswith(_WEBSOCKETS) for base in node.bases)


def _is_ours(node: ast.FunctionDef) -> bool:
    own = handler_text("    ", "\n", ""), dedent(send_text("    ", "\n"))
    return ast.unparse(node) in {ast.unparse(ast.parse(each)) for each in own}


def handler_text(unit: str, end: str, indent: str | None = None) -> str:
    """Return the handler.

    Args:
        unit: What a block is indented by.
        end: The end of a line.
        indent: What the method is indented by; ``unit`` by default.
    """
    indent = unit if indent is None else indent
    lines = [
        f"{indent}def {HANDLER}(self, event):",
        f'{indent}{unit}self.send(text_data=event["text"])',
    ]
    return end.join(lines) + end


def add_handler(edits: Edits, node: ast.ClassDef) -> None:
    """Put the handler at the end of a consumer.

    Args:
        edits: The changes of its module.
        node: The class.
    """
    module = edits.module
    end, last = line_end_of(module.text), node.body[-1]
    start = module.span(node.body[0])[0]
    unit = module.text[module.line_start(start) : start]
    if unit.strip():
        unit = "    "
    at = module.line_end(module.span(last)[1])
    before = "" if module.text[:at].endswith(("\n", "\r")) else end
    edits.replace((at, at), f"{before}{end}{handler_text(unit, end)}")
