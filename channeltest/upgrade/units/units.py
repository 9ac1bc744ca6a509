"""Finds the functions that together serve the websockets of one path."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from ...sources.project import Project
from ..outcome import Left
from ..routes import WEBSOCKET_CHANNELS, Route, RoutingList, routing_lists
from .path_filters import are_apart

# The dotted names of the functions for connect, receive and disconnect; "" where there is none.
Functions = tuple[str, str, str]


@dataclass
class Place:
    """Where a routing list leads to the functions.

    Attributes:
        routing: The list.
        routes: The entries, in their order.
        path: The entry whose path filter says where the websockets are.
    """

    routing: RoutingList
    routes: list[Route]
    path: Route


@dataclass
class Unit:
    """The functions for connect, receive and disconnect of one path.

    Attributes:
        functions: Their dotted names.
        places: The routing lists that lead to them.
        problem: Why they cannot become one consumer, if that is known.
    """

    functions: Functions
    places: list[Place] = field(default_factory=list)
    problem: Left | None = None

    @property
    def names(self) -> list[str]:
        """The dotted names of the functions that there are."""
        return [name for name in self.functions if name]


def websocket_units(project: Project) -> list[Unit]:
    """Return the function consumers of websockets, in the order of the routes.

    A function that stands in units with different partners is a problem of each.

    Args:
        project: The project.
    """
    units: dict[Functions, Unit] = {}
    lists = [*routing_lists(project)]
    for routing in lists:
        for place in _places(routing):
            functions = _functions(project, place)
            if any(functions):
                unit = units.setdefault(functions, Unit(functions))
                unit.places.append(place)
                unit.problem = unit.problem or _problem(place, functions)
    homes: dict[str, set[Functions]] = {}
    for functions in units:
        for name in filter(None, functions):
            homes.setdefault(name, set()).add(functions)
    for unit in units.values():
        shared = [name for name in unit.names if len(homes[name]) > 1]
        if shared and unit.problem is None:
            name = shared[0].rpartition(".")[2]
            first = unit.places[0].routes[0]
            reason = f"{name} stands in routes with different partners"
            unit.problem = Left(first.module, first.call, reason)
    return list(units.values())


def _places(routing: RoutingList) -> Iterator[Place]:
    """The websocket routes of a list, those of one path together."""
    routes = [each for each in routing.routes if each.channel in WEBSOCKET_CHANNELS]
    by_path: dict[str | None, list[Route]] = {}
    for route in routes:
        by_path.setdefault(route.path, []).append(route)
    without = by_path.get(None, [])
    # Frames need no path where only one path lets clients in.
    connects = [route for route in routes if route.channel == "websocket.connect"]
    if without and len(by_path) == 2 and len(connects) == 1 and connects[0].path is not None:
        yield Place(routing, routes, connects[0])
        return
    for found in by_path.values():
        yield Place(routing, found, found[0])


def _functions(project: Project, place: Place) -> Functions:
    found = dict.fromkeys(WEBSOCKET_CHANNELS, "")
    for route in place.routes:
        assert route.channel is not None
        definition = project.definition(route.name) if route.name else None
        node = definition[1] if definition else None
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found[route.channel] = route.name or ""
    connect, receive, disconnect = found.values()
    return connect, receive, disconnect


def _problem(place: Place, functions: Functions) -> Left | None:
    """Why one entry cannot stand for the entries of a place."""
    routes, every = place.routes, place.routing.routes
    channels = [route.channel for route in routes]
    by_channel = dict(zip(WEBSOCKET_CHANNELS, functions, strict=True))
    for route in routes:
        if not route.is_plain:
            return Left(route.module, route.call, "its route filters by more than a path")
        if channels.count(route.channel) > 1:
            return Left(route.module, route.call, "two routes of this path have the same channel")
        name = by_channel[route.channel or ""]
        if not name:
            return Left(route.module, route.call, "what the route leads to is not known")
        if functions.count(name) > 1:
            return Left(route.module, route.call, "one function serves several channels")
    first, last = every.index(routes[0]), every.index(routes[-1])
    for route in every[first:last]:
        others = route.channel is None or route.channel in WEBSOCKET_CHANNELS
        if route not in routes and others and not are_apart((place.path.path,), (route.path,)):
            return Left(route.module, route.call, "another route stands between those of this path")
    if len({route.path for route in routes}) > 1:
        # Frames without a path would no longer come before what stands behind them.
        for route in every[last + 1 :]:
            if route.channel is None:
                return Left(
                    route.module, route.call, "another route stands behind those of this path"
                )
    return None
