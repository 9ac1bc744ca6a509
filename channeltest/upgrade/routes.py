"""Reads the routing lists of Channels 1: which consumer gets which messages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..sources.literals import literal
from ..sources.module import Module
from ..sources.project import Project
from .constant_texts import text_of

WEBSOCKET_CHANNELS = ("websocket.connect", "websocket.receive", "websocket.disconnect")

_CALLS = {
    "channels.route": "route",
    "channels.route_class": "route_class",
    "channels.include": "include",
}


@dataclass
class Route:
    """One entry of a routing list.

    Attributes:
        module: The module of the list.
        call: The entry; in a dict, the consumer.
        kind: ``"route"``, ``"route_class"``, ``"include"``, ``"as_route"`` or ``"dict"``.
        channel: The channel of a ``route`` or of an entry of a dict, where it is a literal.
        target: The expression of the consumer, or of the routes that are included.
        name: The dotted name of where the target is defined, or ``None``.
        filters: The keyword arguments.
        texts: Their texts; ``None`` for one that is not known.
    """

    module: Module
    call: ast.expr
    kind: str
    channel: str | None
    target: ast.expr
    name: str | None
    filters: dict[str, ast.expr]
    texts: dict[str, str | None]

    @property
    def path(self) -> str | None:
        """The path filter, or ``None`` if there is none or its text is not known."""
        return self.texts.get("path")

    @property
    def is_plain(self) -> bool:
        """Whether the entry filters by nothing, or by a path whose text is known."""
        return not self.filters or (set(self.filters) == {"path"} and self.path is not None)


@dataclass
class RoutingList:
    """A list, or a dict, of routes at the top of a module, or a sum of lists.

    Attributes:
        module: The module.
        name: The dotted name of the list.
        node: The list, tuple or dict, or the sum.
        routes: Its entries. A list that a sum names is one, as if it were included.
        others: The entries of a list that are no such calls.
    """

    module: Module
    name: str
    node: ast.List | ast.Tuple | ast.Dict | ast.BinOp
    routes: list[Route] = field(default_factory=list)
    others: list[ast.expr] = field(default_factory=list)


def routing_lists(project: Project) -> Iterator[RoutingList]:
    """Yield the routing lists of the project, without those of its tests."""
    for module in project.with_channels():
        if module.is_test:
            continue
        for name, statement in module.definitions.items():
            value = statement.value if isinstance(statement, ast.Assign) else None
            if isinstance(value, ast.Dict) and (routes := _read_dict(project, module, value)):
                yield RoutingList(module, f"{module.name}.{name}", value, routes)
            if not isinstance(value, ast.List | ast.Tuple | ast.BinOp):
                continue
            found = RoutingList(module, f"{module.name}.{name}", value)
            for operand in _operands(value):
                _read_operand(project, found, operand)
            if found.routes:
                yield found


def _operands(node: ast.expr) -> Iterator[ast.expr]:
    """Yield what a sum adds up, or the node itself."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from _operands(node.left)
        yield from _operands(node.right)
    else:
        yield node


def _read_operand(project: Project, found: RoutingList, operand: ast.expr) -> None:
    """Add the entries of a list, or of one that a sum names."""
    module = found.module
    if isinstance(operand, ast.List | ast.Tuple):
        for element in operand.elts:
            route = read_route(project, module, element)
            if route is None:
                found.others.append(element)
            else:
                found.routes.append(route)
        return
    name = _name_of(project, module, operand)
    if name is not None and _is_routing(project, name, set()):
        found.routes.append(Route(module, operand, "include", None, operand, name, {}, {}))
    else:
        found.others.append(operand)


def _is_routing(project: Project, name: str, seen: set[str]) -> bool:
    """Whether a name stands for a list of routes, or a sum of such lists."""
    module, statement = project.definition(name) or (None, None)
    if module is None or not isinstance(statement, ast.Assign) or name in seen:
        return False
    for operand in _operands(statement.value):
        if isinstance(operand, ast.List | ast.Tuple):
            if any(read_route(project, module, element) for element in operand.elts):
                return True
            continue
        inner = _name_of(project, module, operand)
        if inner is not None and _is_routing(project, inner, {*seen, name}):
            return True
    return False


def read_route(project: Project, module: Module, node: ast.AST) -> Route | None:
    """Return an expression as the route that it is, or ``None``."""
    if not isinstance(node, ast.Call) or any(each.arg is None for each in node.keywords):
        return None
    filters = {each.arg: each.value for each in node.keywords if each.arg is not None}
    kind = _CALLS.get(module.meaning(node.func) or "")
    channel = None
    if kind is None:
        if not isinstance(node.func, ast.Attribute) or node.func.attr != "as_route" or node.args:
            return None
        kind, target = "as_route", node.func.value
    elif kind == "route":
        if len(node.args) != 2:
            return None
        channel, target = literal(node.args[0]), node.args[1]
    elif len(node.args) == 1:
        target = node.args[0]
    else:
        return None
    name = _name_of(project, module, target)
    texts = {key: text_of(project, module, value) for key, value in filters.items()}
    return Route(module, node, kind, channel, target, name, filters, texts)


def _name_of(project: Project, module: Module, target: ast.expr) -> str | None:
    spelled = literal(target)
    meaning = spelled if spelled is not None else module.meaning(target)
    return None if meaning is None else project.name_of(meaning)


def _read_dict(project: Project, module: Module, node: ast.Dict) -> list[Route]:
    """Return the entries of a dict from channels to consumers; nothing if it is another dict."""
    channels = [literal(key) for key in node.keys]
    targets = [_name_of(project, module, value) for value in node.values]
    is_routing = any(channel in WEBSOCKET_CHANNELS for channel in channels)
    if None in channels or None in targets or not (is_routing or module.name.endswith("routing")):
        return []
    if not all(project.definition(name or "") for name in targets):
        return []
    return [
        Route(module, value, "dict", channel, value, name, {}, {})
        for channel, value, name in zip(channels, node.values, targets, strict=True)
    ]


def may_be_missing(regex: str) -> bool:
    """Whether a group of a path filter may find nothing.

    1.x gave the consumer None; a URLRouter leaves the argument out.

    Args:
        regex: The filter.
    """
    return re.search(r"\)[?*{]|\|", regex) is not None
