"""Gives a class of its own to each route that sets attributes: ``C.as_route(attrs={...})``.

::

    StatusConsumer.as_route(attrs={"group_name": "staff"}, path=r"^/staff$")

    class StaffStatusConsumer(StatusConsumer):
        group_name = "staff"
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

from ...sources.edits import line_end_of
from ...sources.literals import literal
from ...sources.module import Module
from ...sources.project import Project
from ..changes import Changes, target_of
from ..outcome import Left
from ..routes import Route, routing_lists

# A class that is derived from, with its module.
Home = tuple[Module, ast.ClassDef]


def with_attributes(project: Project) -> set[str]:
    """Return the dotted names of the classes of which routes set attributes.

    Args:
        project: The project.
    """
    return {f"{home.name}.{node.name}" for _, (home, node) in _routes(project)}


def with_subclasses(project: Project, names: Collection[str]) -> dict[str, str]:
    """Return the texts of a project in which subclasses have what routes have set.

    Args:
        project: The project.
        names: Some of `with_attributes`.

    Returns:
        The new texts of modules, by their dotted names.

    Raises:
        Left: What a route sets is not known, or has no name.
    """
    changes, taken = Changes(project), set[str]()
    for route, (home, node) in _routes(project):
        if f"{home.name}.{node.name}" not in names:
            continue
        name = _name(route, node)
        if name in taken or re.search(rf"\b{name}\b", home.text + route.module.text):
            raise Left(route.module, route.call, f"the file has a name {name!r} already")
        taken.add(name)
        _write(changes, route, home, node, name)
    return changes.texts()


def _routes(project: Project) -> Iterator[tuple[Route, Home]]:
    for routing in routing_lists(project):
        for route in routing.routes:
            home, node = (project.definition(route.name) if route.name else None) or (None, None)
            if "attrs" in route.filters and home is not None and isinstance(node, ast.ClassDef):
                yield route, (home, node)


def _name(route: Route, node: ast.ClassDef) -> str:
    """A name for the subclass: the last word of the path, and the name of the class."""
    words = re.findall(r"[a-z]+", re.sub(r"\(.*?\)|\\.", "", route.path or ""))
    if not words:
        raise Left(route.module, route.call, "its path has no word for a class of its own")
    return f"{words[-1].capitalize()}{node.name}"


def _write(changes: Changes, route: Route, home: Module, node: ast.ClassDef, name: str) -> None:
    attributes = route.filters["attrs"]
    if not isinstance(attributes, ast.Dict) or not {*route.filters} <= {"attrs", "path"}:
        raise Left(route.module, route.call, "a route sets attributes of it")
    pairs = [*zip(attributes.keys, attributes.values, strict=True)]
    lines = [f"class {name}({node.name}):"]
    for key, value in pairs:
        if not (literal(key) or "").isidentifier() or not _is_constant(value):
            break
        lines.append(f"    {literal(key)} = {route.module.source(value)}")
    if len(lines) < len(pairs) + 1 or not pairs:
        raise Left(route.module, route.call, "a route sets attributes of it")
    end = line_end_of(home.text)
    at = home.line_end(home.span(node)[1])
    before = end if home.text[:at].endswith(("\n", "\r")) else end * 2
    changes.edits(home).replace((at, at), f"{before}{end}{end.join(lines)}{end}")
    edits, module = changes.edits(route.module), route.module
    edits.replace_node(route.target, target_of(changes, route, home, name))
    call = route.call
    assert isinstance(call, ast.Call)
    kept = [module.source(each.value) for each in call.keywords if each.arg == "path"]
    start = module.span(call.func)[1]
    edits.replace((start, module.span(call)[1]), f"({''.join(f'path={each}' for each in kept)})")


def _is_constant(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return True
