"""The routes that a test brings with it: ``apply_routes`` becomes the ``router`` of its class.

Only routes of one list, each of a modern consumer: they become a ``URLRouter``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import NamedTuple

from ...sources.module import Module
from ...sources.project import Project
from ..outcome import Left
from ..routes import WEBSOCKET_CHANNELS, Route, read_route
from ..routing.url_paths import UnknownPath, spelled, without_slash
from .dialect import ROUTES, dialect_name

_ENTRIES = ("django.urls.path", "django.urls.re_path")
_MODERN = ("channels.generic.websocket.", "channels.generic.http.", "channels.consumer.")

Need = Callable[[str, str], None]


class _Target(NamedTuple):
    """A consumer.

    Attributes:
        name: Its dotted name.
        spelled: How the module of the routes names it.
    """

    name: str
    spelled: str


def routes_of(module: Module, node: ast.expr) -> ast.expr | None:
    """Return the routes of an ``apply_routes(…)``, or ``None`` if an expression is none.

    Args:
        module: The module of the expression.
        node: A decorator or the context of a block.
    """
    if not isinstance(node, ast.Call) or dialect_name(module, node.func) != ROUTES:
        return None
    return node.args[0] if len(node.args) == 1 and not node.keywords else node


def router_of(project: Project, module: Module, routes: ast.expr, need: Need) -> str:
    """Return the ``URLRouter(…)`` that routes become.

    Args:
        project: The project.
        module: The module of the routes.
        routes: What `routes_of` found.
        need: Is called with the module and the name of what the new text imports.

    Raises:
        Left: They are not spelled out, or lead to something of Channels 1.
    """
    if isinstance(routes, ast.List | ast.Tuple):
        entries = routes.elts
    elif read_route(project, module, routes) is not None:
        entries = [routes]
    else:
        raise Left(module, routes, "its routes are not spelled out: set 'router' by hand")
    # The three routes of one consumer become one pattern.
    texts = dict.fromkeys(_entry(project, module, each, need) for each in entries)
    need("channels.routing", "URLRouter")
    return f"URLRouter([{', '.join(texts)}])"


def _entry(project: Project, module: Module, node: ast.expr, need: Need) -> str:
    if isinstance(node, ast.Call) and module.meaning(node.func) in _ENTRIES:
        return module.source(node)
    route = read_route(project, module, node)
    target = None if route is None or not route.is_plain else _target(project, module, route)
    if route is None or target is None:
        raise Left(module, node, "what the route leads to is not known: set 'router' by hand")
    if not _is_modern(project, target.name):
        raise Left(module, node, "the route leads to a consumer of Channels 1")
    try:
        pattern = without_slash(route.path)
    except UnknownPath as error:
        raise Left(module, node, error.reason) from None
    need("django.urls", "re_path")
    path = route.filters.get("path")
    text = spelled(pattern, module.source(path) if path is not None else "")
    return f"re_path({text}, {target.spelled}.as_asgi())"


def _target(project: Project, module: Module, route: Route) -> _Target | None:
    """The consumer that a route leads to, or ``None`` if it is not known."""
    if not isinstance(route.target, ast.Name | ast.Attribute) or route.name is None:
        return None
    spelled = module.source(route.target)
    if route.kind in ("as_route", "route_class"):
        return _Target(route.name, spelled)
    if route.kind != "route" or route.channel not in WEBSOCKET_CHANNELS:
        return None
    found = project.definition(route.name)
    if found is None or not isinstance(found[1], ast.Assign):
        return _Target(route.name, spelled)
    # The functions of a path became one class, which the other names stand for.
    name = found[0].meaning(found[1].value)
    if name is None:
        return None
    own = [each for each in module.imports if module.imports[each] == name]
    return _Target(name, own[0]) if own else None


def _is_modern(project: Project, name: str) -> bool:
    """Whether a dotted name is a consumer class of today."""
    found = project.definition(name)
    if found is None or not isinstance(found[1], ast.ClassDef):
        return False
    meanings = [found[0].meaning(base) or "" for base in found[1].bases]
    return any(
        each.startswith(_MODERN) or (each != name and _is_modern(project, project.name_of(each)))
        for each in meanings
    )
