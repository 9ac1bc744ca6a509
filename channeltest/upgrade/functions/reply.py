"""What a message to the client becomes: ``accept``, ``send`` and ``close`` of a consumer."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping

from ...sources.edits import Edits
from ...sources.literals import literal, spelled_dict
from ...sources.module import Module
from ..refusal import NOTE
from .order import Event

_KEYS = {"accept", "text", "bytes", "close"}

ELSE = "else:"

# A line of the modern consumer, and what it does.
Line = tuple[str, list[Event]]


class UnknownReply(Exception):
    """A message to the client is not understood.

    Args:
        reason: Why, as the end of a sentence.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def parts_of(content: ast.expr | None) -> dict[str, ast.expr]:
    """Return the keys of a message to the client with their values.

    Args:
        content: What is sent.

    Raises:
        UnknownReply: It is no literal dict, or has other keys.
    """
    spelled = spelled_dict(content)
    if spelled is None:
        raise UnknownReply("what it sends to the client is no literal dict")
    pairs = zip(spelled.keys, spelled.values, strict=True)
    parts = {literal(key) or "": value for key, value in pairs}
    if not parts or not parts.keys() <= _KEYS or len(parts) < len(spelled.keys):
        keys = "accept, text, bytes and close"
        raise UnknownReply(f"what it sends to the client has other keys than {keys}")
    return parts


def comments_of(module: Module, call: ast.Call, values: Iterable[ast.expr]) -> list[str]:
    """Return the comments that would be lost with what is replaced; they go above it.

    Args:
        module: The module.
        call: What is replaced.
        values: What stays of it.
    """
    edits = Edits(module)
    for value in values:
        edits.replace_node(value, "0")
    return re.findall(r"#[^\r\n]*", edits.apply(*module.span(call)))


def lines_of(
    parts: dict[str, ast.expr], rendered: Callable[[ast.expr], str], notes_acceptance: bool
) -> list[Line]:
    """Return the lines that a message to the client becomes.

    Args:
        parts: What `parts_of` returns.
        rendered: Translates a value.
        notes_acceptance: Whether ``is_accepted`` is set where it accepts.

    Raises:
        UnknownReply: What it does is not known.
    """
    constants = {key: each.value for key, each in parts.items() if isinstance(each, ast.Constant)}
    if len(parts) == 1 and _is_truth(parts.get("accept")):
        return _choice(rendered(parts["accept"]), notes_acceptance)
    if "accept" in parts:
        return _acceptance(constants, len(parts), notes_acceptance)
    if len(parts) == 1 and _is_constant(parts.get("close")):
        return [(f"self.close({rendered(parts['close'])})", ["close"])]
    close = constants.get("close") if "close" in parts else False
    if close is None or not isinstance(close, int):
        raise UnknownReply("the close code is not known")
    frames = [key for key in ("text", "bytes") if key in parts]
    if len(frames) > 1 or any(constants.get(key, "") is None for key in frames):
        raise UnknownReply("it is not known which frame it sends")
    if frames and close and close is not True:
        raise UnknownReply("it sends a frame and a close code at once")
    if frames:
        value = rendered(parts[frames[0]])
        argument = ", close=True" if close else ""
        events: list[Event] = ["reply", "close"] if close else ["reply"]
        return [(f"self.send({frames[0]}_data={value}{argument})", events)]
    if not close:
        raise UnknownReply("it sends a message that does nothing")
    return [("self.close()" if close is True else f"self.close({close})", ["close"])]


def _choice(condition: str, notes: bool) -> list[Line]:
    condition = f"({condition})" if "\n" in condition else condition
    lines: list[Line] = [(f"if {condition}:", []), ("    self.accept()", ["accept"])]
    lines += [(f"    {NOTE}", [])] if notes else []
    return [*lines, (ELSE, []), ("    self.close()", ["close"])]


def _is_truth(node: ast.expr | None) -> bool:
    """Whether a value is True or False, as far as its form says."""
    if isinstance(node, ast.BoolOp):
        return all(map(_is_truth, node.values))
    if isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        return name in {"exists", "bool", "isinstance", "has_perm"}
    if isinstance(node, ast.Attribute):
        return node.attr in {"is_authenticated", "is_staff", "is_active", "is_superuser"}
    is_not = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    return is_not or isinstance(node, ast.Compare)


def _is_constant(node: ast.expr | None) -> bool:
    """Whether a close code has a name, such as ``CLOSE_FORBIDDEN`` or ``codes.FORBIDDEN``."""
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return isinstance(name, str) and name.isupper()


def _acceptance(constants: Mapping[str, object], count: int, notes: bool) -> list[Line]:
    accept = constants.get("accept")
    if accept is False and count == 1:
        return [("self.close()", ["close"])]
    if accept is not True:
        raise UnknownReply("it does not say plainly that it accepts")
    if count > 1:
        raise UnknownReply("a test would see the acceptance and the frame apart")
    lines: list[Line] = [("self.accept()", ["accept"])]
    return [*lines, (NOTE, [])] if notes else lines
