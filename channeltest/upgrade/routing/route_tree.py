"""The routing lists of a project, from the one that ``ROUTING`` names down to those it includes."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from ...sources.module import Module
from ...sources.project import Project
from ..outcome import Left
from ..routes import WEBSOCKET_CHANNELS, Route, RoutingList, routing_lists
from ..sends.layer_sends import is_modern
from .url_paths import Start, UnknownPath, start_of, with_slash_behind, without_slash

_SERVERS = ("http.", "websocket.", "asgi.")


@dataclass
class Entry:
    """One entry of a routing list.

    Attributes:
        route: The route.
        node: The first node of the entry: its channel in a dict, else the route.
        consumer: The class that it leads to, with its module; ``None`` for an ``include``.
        included: The list that it includes, or ``None``.
        pattern: Its pattern in a ``URLRouter``, or ``None`` for an ``include`` without a prefix.
    """

    route: Route
    node: ast.expr
    consumer: tuple[Module, ast.ClassDef] | None = None
    included: Tree | None = None
    pattern: str | None = None


@dataclass
class Tree:
    """A routing list whose entries are all known.

    Attributes:
        routing: The list.
        websockets: The entries for websockets, in their order.
        channels: The entries for channels of the project's own.
        repeated: The entries of a dict that lead where an earlier one leads.
        starts: How the filters of its websockets begin.
    """

    routing: RoutingList
    websockets: list[Entry] = field(default_factory=list)
    channels: list[Entry] = field(default_factory=list)
    repeated: list[Entry] = field(default_factory=list)
    starts: set[Start] = field(default_factory=set)

    @property
    def name(self) -> str:
        """The name of the list in its module."""
        return self.routing.name.rpartition(".")[2]

    def lists(self) -> list[Tree]:
        """This list and those that it includes, each once."""
        found = [self]
        for entry in [*self.websockets, *self.channels]:
            if entry.included is not None:
                found += [each for each in entry.included.lists() if each not in found]
        return found

    def consumers(self) -> list[tuple[Module, ast.ClassDef]]:
        """The consumers of websockets, with those of the lists that it includes."""
        found = []
        for entry in self.websockets:
            if entry.consumer is not None:
                found.append(entry.consumer)
            elif entry.included is not None:
                found += entry.included.consumers()
        return found


def tree_of(project: Project, name: str) -> Tree | None:
    """Return the routing list of a name, or ``None`` if the project has none.

    Args:
        project: The project.
        name: The dotted name of the list.

    Raises:
        Left: An entry is not known, or leads to a consumer of Channels 1.
    """
    return _Reader(project).read(project.name_of(name))


class _Reader:
    def __init__(self, project: Project) -> None:
        self._project = project
        self._lists = {routing.name: routing for routing in routing_lists(project)}
        self._read: dict[str, Tree | None] = {}

    def read(self, name: str) -> Tree | None:
        routing = self._lists.get(name)
        if routing is None or name in self._read:
            return self._read.get(name)
        # A list that includes itself finds nothing here.
        self._read[name] = None
        if routing.others:
            raise Left(routing.module, routing.others[0], "what this route leads to is not known")
        tree = Tree(routing)
        nodes = routing.node.keys if isinstance(routing.node, ast.Dict) else []
        for index, route in enumerate(routing.routes):
            node = nodes[index] if nodes else route.call
            assert node is not None
            try:
                self._add(tree, Entry(route, node))
            except UnknownPath as error:
                raise Left(route.module, route.call, error.reason) from None
        self._read[name] = tree
        return tree

    def _add(self, tree: Tree, entry: Entry) -> None:
        route = entry.route
        if not route.is_plain:
            raise Left(route.module, route.call, "its route filters by more than a path")
        if route.kind == "include":
            self._include(tree, entry)
            return
        definition = self._project.definition(route.name) if route.name else None
        if definition is None:
            raise Left(route.module, route.call, "what this route leads to is not known")
        module, node = definition
        if not isinstance(node, ast.ClassDef) or not is_modern(self._project, module, node):
            raise Left(module, node, "this consumer of Channels 1 is left")
        entry.consumer = module, node
        if route.kind in ("route_class", "as_route"):
            start = start_of(route.path)
            entry.pattern = without_slash(route.path)
            tree.starts.add(start)
            tree.websockets.append(entry)
        elif route.kind == "dict" and route.channel in WEBSOCKET_CHANNELS:
            first = next(iter(tree.websockets), None)
            if first is not None and first.consumer != entry.consumer:
                raise Left(route.module, route.call, "its websockets lead to several consumers")
            entry.pattern = ""
            tree.starts.add("open")
            (tree.repeated if first else tree.websockets).append(entry)
        elif not route.channel or route.channel.startswith(_SERVERS):
            raise Left(route.module, route.call, f"it routes the channel {route.channel!r}")
        elif route.filters or route.channel in {each.route.channel for each in tree.channels}:
            raise Left(route.module, route.call, "its channel alone does not say where it leads")
        else:
            tree.channels.append(entry)

    def _include(self, tree: Tree, entry: Entry) -> None:
        route = entry.route
        included = self.read(route.name) if route.name else None
        if included is None:
            raise Left(route.module, route.call, "what it includes is not known")
        home = included.routing.module
        if home.name == route.module.name and included.routing.node.lineno > route.call.lineno:
            raise Left(route.module, route.call, "it includes a list that stands below it")
        entry.included = included
        if "path" in route.filters:
            if included.channels:
                raise Left(route.module, route.call, "what it includes has more than websockets")
            tree.starts.add(start_of(route.path))
            entry.pattern = without_slash(route.path)
            if included.starts == {"slash"}:
                entry.pattern = with_slash_behind(entry.pattern)
            elif len(included.starts) > 1:
                raise UnknownPath("only some of what it includes begin with a slash")
        else:
            tree.starts |= included.starts
        if included.websockets:
            tree.websockets.append(entry)
        if included.channels:
            tree.channels.append(entry)
