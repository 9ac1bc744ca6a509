"""Puts joins in front of the sends that 1.x held back until the consumer had finished.

::

    Group("users").send({"text": "somebody comes"})
    Group("users").add(message.reply_channel)

1.x joined first, whatever the order of the lines, so the sender got what it sent.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterable, Iterator, Mapping

from .order import Event, parts_in_order

_JOINS: set[Event] = {"add", "discard"}
_SENDS: set[Event] = {"send", "behind", "late"}

# Calls that make a message, and do not fail.
_SAFE = {"Group", "dict", "dumps", "format", "isoformat", "send", "str"}

Events = Mapping[int, Iterable[Event]]


class JoinsFirst:
    """The statements of a consumer in the order in which 1.x did what they say.

    Args:
        body: The statements.
        events: What the nodes of the consumer do, by their ``id()``.
        may_change: Whether a function of some name may change an object that it knows.

    Attributes:
        body: The statements in that order.
        swaps: The pairs of statements, one behind the other, that change places, in their order.
            The places are those of statements of the source.
    """

    def __init__(
        self,
        body: list[ast.stmt],
        events: Events,
        may_change: Callable[[str], bool] = lambda name: True,
    ) -> None:
        self._events, self._may_change = events, may_change
        self.swaps: list[tuple[ast.stmt, ast.stmt]] = []
        self.body = self._block(body)

    def _block(self, body: list[ast.stmt], is_caught: bool = False) -> list[ast.stmt]:
        ordered = [*body]
        for end in range(1, len(ordered)):
            for at in range(end, 0, -1):
                if not self._may_swap(ordered[at - 1], ordered[at]):
                    break
                # One that raises would leave the client in the group, where that is caught.
                if is_caught and not self._never_fails(ordered[at - 1]):
                    break
                ordered[at - 1], ordered[at] = ordered[at], ordered[at - 1]
                self.swaps.append((body[at - 1], body[at]))
        return [self._with_blocks(each, is_caught) for each in ordered]

    def _with_blocks(self, node: ast.stmt, is_caught: bool) -> ast.stmt:
        """A statement whose own blocks are in order."""
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            return node
        found = copy.copy(node)
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                is_tried = isinstance(found, ast.Try) and name == "body"
                setattr(found, name, self._block(block, is_caught or is_tried))
        if isinstance(found, ast.Try):
            found.handlers = [copy.copy(each) for each in found.handlers]
            for handler in found.handlers:
                handler.body = self._block(handler.body, is_caught)
        return found

    def _may_swap(self, first: ast.stmt, second: ast.stmt) -> bool:
        if not (self._joins(second) and self._sends(first)):
            return False
        # Which group it is may depend on an object that a function changes which sends.
        events = [each for each in ast.walk(first) if self._events.get(id(each))]
        functions = {_name_of(each) for each in events if not _is_send(each)}
        roots = (each.value for each in ast.walk(second) if isinstance(each, ast.Attribute))
        names = {each.id for each in roots if isinstance(each, ast.Name)}
        used = {each.id for each in ast.walk(first) if isinstance(each, ast.Name)}
        return not names & used or not any(map(self._may_change, functions))

    def _never_fails(self, node: ast.stmt) -> bool:
        """Whether a statement sends what can be made of what is there."""
        calls = [each for each in ast.walk(node) if isinstance(each, ast.Call)]
        is_read = any(isinstance(each, ast.Subscript) for each in ast.walk(node))
        return not is_read and {_name_of(each) for each in calls} <= _SAFE

    def _joins(self, node: ast.stmt) -> bool:
        """Whether a statement does nothing but join or leave groups."""
        if isinstance(node, ast.If):
            is_plain = not any(isinstance(each, ast.Call) for each in ast.walk(node.test))
            return is_plain and all(map(self._joins, [*node.body, *node.orelse]))
        return isinstance(node, ast.Expr) and self._does(node, _JOINS)

    def _sends(self, node: ast.stmt) -> bool:
        """Whether a statement only sends what 1.x held back."""
        return isinstance(node, ast.Expr) and self._does(node, _SENDS)

    def _does(self, node: ast.stmt, known: set[Event]) -> bool:
        found = {event for each in ast.walk(node) for event in self._events.get(id(each), ())}
        return bool(found) and found <= known


def _is_send(node: ast.AST) -> bool:
    is_method = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return is_method and _name_of(node) == "send"


def _name_of(node: ast.AST) -> str:
    """The name that a call calls, or ``""``."""
    func = node.func if isinstance(node, ast.Call) else node
    return getattr(func, "attr", getattr(func, "id", ""))


def nodes_in_order(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield the nodes of a body, those of a statement in the order of the code.

    Args:
        body: The statements, perhaps in another order than in the code.
    """
    for statement in body:
        yield statement
        blocks = [] if isinstance(statement, ast.FunctionDef | ast.ClassDef) else _blocks(statement)
        inside = {id(each) for block in blocks for each in block}
        parts = [each for each in ast.iter_child_nodes(statement) if id(each) not in inside]
        for part in parts:
            yield from _evaluated(part)
        for block in blocks:
            yield from nodes_in_order(block)


def _blocks(node: ast.AST) -> list[list[ast.AST]]:
    found = [getattr(node, name, []) for name in ("body", "handlers", "orelse", "finalbody")]
    return [each for each in found if isinstance(each, list)]


def _evaluated(node: ast.AST) -> Iterator[ast.AST]:
    for part in parts_in_order(node):
        yield from _evaluated(part)
    yield node
