"""Finds other routes that take a part of what comes on the path of function consumers.

1.x looked for a consumer anew for each message: what the functions of a path have no route for went
to the next route that fits. A modern consumer gets everything of its connections.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...sources.literals import literal
from ...sources.module import Module
from ...sources.project import Project
from .. import refusal
from ..outcome import Left
from ..routes import WEBSOCKET_CHANNELS, Route, RoutingList, routing_lists
from ..sends.layer_sends import is_modern
from .path_filters import Filters, are_apart
from .units import Place, Unit

_GENERIC = "channels.generic.websockets."
_BASES = {_GENERIC + "WebsocketConsumer", _GENERIC + "JsonWebsocketConsumer"}
_ORDERING = "channels.sessions.enforce_ordering"
_TAKING = {
    "websocket.connect": {"connect", "raw_connect"},
    "websocket.receive": {"receive", "raw_receive"},
    "websocket.disconnect": {"disconnect", "raw_disconnect"},
}
# Whoever has one of these decides by itself which method takes a message.
_DECIDING = {"dispatch", "get_handler", "method_mapping"}


@dataclass
class Leaf:
    """A route that leads to a consumer, where an application has it.

    Attributes:
        route: The route.
        filters: The filters of its path, those of the lists that include it first.
    """

    route: Route
    filters: Filters


def add_problems(project: Project, units: Iterable[Unit]) -> None:
    """Note which functions would get what others got, or lose it to nobody.

    Args:
        project: The project.
        units: The functions.
    """
    applications = [*_applications([*routing_lists(project)])]
    for unit in units:
        for place in unit.places:
            if unit.problem is None and _missing(place):
                others = _others(project, place, applications)
                if any(_takes(project, unit, place, other) for other in others):
                    first = place.routes[0]
                    reason = "other routes take part of what comes on its path"
                    unit.problem = Left(first.module, first.call, reason)


def taken_by_classes(project: Project, units: Iterable[Unit]) -> dict[str, Left]:
    """Return the classes that get messages of connections which functions have let in.

    Args:
        project: The project.
        units: The functions.

    Returns:
        The reason of each class, by its dotted name.
    """
    applications, found = [*_applications([*routing_lists(project)])], dict[str, Left]()
    for unit in units:
        for place in unit.places:
            for other in _others(project, place, applications) if _missing(place) else ():
                name = other.route.name
                if name and other.route.channel is None and _takes(project, unit, place, other):
                    first = place.routes[0]
                    reason = "it gets part of what comes on the path of these functions"
                    found[name] = Left(first.module, first.call, reason)
    return found


def _missing(place: Place) -> set[str]:
    """The channels that the functions of a path have no route for."""
    return set(WEBSOCKET_CHANNELS) - {route.channel for route in place.routes}


def _applications(lists: list[RoutingList]) -> Iterator[list[Leaf]]:
    """The routes of each list that no other list includes, in their order."""
    by_name = {routing.name: routing for routing in lists}
    included = {
        route.name for routing in lists for route in routing.routes if route.kind == "include"
    }
    for routing in lists:
        if routing.name not in included:
            yield [*_leaves(routing, by_name, (), ())]


def _leaves(
    routing: RoutingList, lists: dict[str, RoutingList], above: tuple[str, ...], before: Filters
) -> Iterator[Leaf]:
    for route in routing.routes:
        filters = (*before, route.path) if "path" in route.filters else before
        inner = lists.get(route.name or "")
        if route.kind == "include" and inner is not None and inner.name not in above:
            yield from _leaves(inner, lists, (*above, routing.name), filters)
        elif route.channel is None or route.channel in WEBSOCKET_CHANNELS:
            yield Leaf(route, filters or (None,))


def _others(project: Project, place: Place, applications: list[list[Leaf]]) -> Iterator[Leaf]:
    """The routes that may get what the functions of a path have no route for."""
    own = {id(route.call) for route in place.routes}
    for leaves in applications:
        places = [number for number, leaf in enumerate(leaves) if id(leaf.route.call) in own]
        for number, leaf in enumerate(leaves):
            # A class in front of the functions has its own connections.
            is_known = leaf.route.channel is not None or number > min(places, default=0)
            if not places or id(leaf.route.call) in own or not is_known:
                continue
            mine = [leaves[each] for each in places if leaves[each].route.call is place.path.call]
            if not all(are_apart(each.filters, leaf.filters) for each in mine):
                yield leaf


def _takes(project: Project, unit: Unit, place: Place, other: Leaf) -> bool:
    """Whether a consumer does something with what the functions of a path have no route for."""
    missing, route = _missing(place), other.route
    if route.channel is not None:
        return route.channel in missing
    definition = project.definition(route.name) if route.name else None
    module, node = definition or (None, None)
    if module is None or not isinstance(node, ast.ClassDef):
        return True
    if is_modern(project, module, node):
        # It has its own connections only.
        return False
    channels = _channels(node)
    if channels is not None:
        return bool(missing & channels)
    if "websocket.connect" in missing:
        return True
    if _waits(node) and not _counts(project, unit):
        return False
    names = {name for channel in missing for name in _TAKING[channel]} | _DECIDING
    return _has_one(project, module, node, names)


def _channels(node: ast.ClassDef) -> set[str] | None:
    """The channels of a class that names them, if it does."""
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Dict):
            names = [each.id for each in statement.targets if isinstance(each, ast.Name)]
            if names == ["method_mapping"]:
                return {literal(key) or "websocket.connect" for key in statement.value.keys}
    return None


def _waits(node: ast.ClassDef) -> bool:
    """Whether a class only takes a frame after the connect of its connection."""
    return any(
        isinstance(statement, ast.Assign)
        and [getattr(each, "id", "") for each in statement.targets] == ["strict_ordering"]
        and isinstance(statement.value, ast.Constant)
        and statement.value.value is True
        for statement in node.body
    )


def _counts(project: Project, unit: Unit) -> bool:
    """Whether the functions count the messages of a connection, so that others go on."""
    for name in unit.names:
        module, function = project.definition(name) or (None, None)
        if module is None or not isinstance(function, ast.FunctionDef):
            return True
        if any(module.meaning(each) == _ORDERING for each in function.decorator_list):
            return True
    return False


def _has_one(project: Project, module: Module, node: ast.ClassDef, names: set[str]) -> bool:
    """Whether a class, or one of its bases, has one of some methods that does something."""
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef):
            is_empty = statement.name == "disconnect" and not refusal.matters(statement)
            if statement.name in names and not is_empty:
                return True
        elif isinstance(statement, ast.Assign | ast.AnnAssign) and any(
            isinstance(each, ast.Name) and each.id in names for each in ast.walk(statement)
        ):
            return True
    for base in node.bases:
        meaning = module.meaning(base) or ""
        if meaning in _BASES:
            continue
        home, parent = project.definition(meaning) or (None, None)
        if home is None or parent is node or not isinstance(parent, ast.ClassDef):
            return True
        if _has_one(project, home, parent, names):
            return True
    return False
