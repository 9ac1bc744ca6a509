"""The functions that serve one channel of a project's own, and the class that calls them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from ...sources.edits import entry_span
from ...sources.module import Module
from ...sources.project import Project
from ..changes import Changes, target_of
from ..outcome import Left
from ..routes import Route, routing_lists
from .path_filters import fixed_part

_SERVERS = ("websocket.", "http.", "asgi.")


@dataclass
class WorkerUnit:
    """The functions of one channel.

    Attributes:
        channel: The name of the channel.
        routes: Their routes, in their order.
        functions: The functions with their modules, in the same order.
        node: The routing list that has the routes.
    """

    channel: str
    routes: list[Route]
    functions: list[tuple[Module, ast.FunctionDef]]
    node: ast.expr

    @property
    def names(self) -> list[str]:
        """The dotted names of the functions."""
        return [f"{module.name}.{function.name}" for module, function in self.functions]

    @property
    def has_filters(self) -> bool:
        """Whether what a message has decides which function gets it."""
        return any(route.filters for route in self.routes)

    def class_lines(self, name: str, indent: str) -> list[str]:
        """Return the class that calls the functions.

        Args:
            name: Its name.
            indent: What a block is indented by.

        Raises:
            Left: Which function gets a message is not known.
        """
        handler = handler_of(self.channel)
        lines = [f"class {name}(SyncConsumer):", f"{indent}def {handler}(self, event):"]
        word = "if"
        for route, (_, function) in zip(self.routes, self.functions, strict=True):
            call = f"{function.name}(event)"
            if not route.filters and word == "if":
                return [*lines, f"{indent * 2}{call}"]
            if not route.filters:
                return [*lines, f"{indent * 2}else:", f"{indent * 3}{call}"]
            conditions = [_condition(route, key) for key in route.filters]
            lines.append(f"{indent * 2}{word} {' and '.join(conditions)}:")
            lines.append(f"{indent * 3}{call}")
            word = "elif"
        return lines

    def lead_to(self, changes: Changes, home: Module, name: str) -> None:
        """Lead one route to the class, and remove the others.

        Args:
            changes: The changes of the project.
            home: The module of the class.
            name: The class.
        """
        first, *others = self.routes
        edits, target = changes.edits(first.module), target_of(changes, first, home, name)
        if not self.has_filters:
            edits.replace_node(first.target, target)
            return
        assert isinstance(first.call, ast.Call)
        start = first.module.span(first.target)[0]
        end = first.module.span(first.call)[1]
        edits.replace((start, end), f"{target})")
        edits.remove(entry_span(first.module, first.module.span(route.call)) for route in others)


def type_on(channel: str) -> str:
    """Return the type of the messages on a channel: its name, without what no method's name has.

    Args:
        channel: The name of the channel.
    """
    return channel.replace("-", "_")


def handler_of(channel: str) -> str:
    """Return the name of the method that handles the messages on a channel.

    Args:
        channel: The name of the channel.
    """
    return type_on(channel).replace(".", "_")


def _condition(route: Route, key: str) -> str:
    """What a filter asks of an event."""
    regex = route.texts[key]
    text = fixed_part(regex)
    bare = (regex or "").removeprefix("^")
    if text and bare == f"{text}$":
        return f'event.get("{key}") == "{text}"'
    if text and bare == text:
        return f'str(event.get("{key}", "")).startswith("{text}")'
    raise Left(route.module, route.call, "its route filters messages by more than a text")


def worker_units(project: Project) -> Iterator[WorkerUnit]:
    """Yield the functions of each channel, for each routing list.

    Args:
        project: The project.
    """
    for routing in routing_lists(project):
        units: dict[str, WorkerUnit] = {}
        for route in routing.routes:
            definition = project.definition(route.name) if route.name else None
            is_own = route.kind in ("route", "dict") and route.channel
            if definition is None or not is_own or (route.channel or "").startswith(_SERVERS):
                continue
            module, function = definition
            if isinstance(function, ast.FunctionDef):
                channel = route.channel or ""
                unit = units.setdefault(channel, WorkerUnit(channel, [], [], routing.node))
                unit.routes.append(route)
                unit.functions.append((module, function))
        yield from units.values()


def check_unit(project: Project, unit: WorkerUnit) -> None:
    """Check that one class may stand for the functions of a channel.

    Raises:
        Left: It may not.
    """
    first = unit.routes[0]
    handler = handler_of(unit.channel)
    if not handler.isidentifier() or handler.startswith("_"):
        raise Left(first.module, first.call, f"a handler cannot be called {handler!r}")
    if len({module.name for module, _ in unit.functions}) > 1:
        raise Left(first.module, first.call, "its functions are not in one module")
    if len(unit.routes) > 1 and not all(route.filters for route in unit.routes[:-1]):
        raise Left(first.module, first.call, "another route stands behind one without a filter")
    if not unit.has_filters:
        return
    for routing in routing_lists(project):
        own = routing.node is unit.node
        for route in routing.routes:
            is_other = not own or not any(route.call is each.call for each in unit.routes)
            if route.channel == unit.channel and is_other:
                raise Left(route.module, route.call, "another route has messages of its channel")
