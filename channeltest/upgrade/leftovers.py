"""What of Channels 1 a project still uses when its consumers are those of today."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection

from ..sources.module import Module
from ..sources.project import Project
from .outcome import Left
from .route_tree import Tree

# What today's Channels has, by the beginnings of dotted names.
_TODAY = (
    "channels.consumer.", "channels.db.", "channels.generic.http.", "channels.generic.websocket",
    "channels.layers.", "channels.testing.", "channels.middleware.",
    "channels.routing.ProtocolTypeRouter", "channels.routing.URLRouter",
    "channels.routing.ChannelNameRouter", "channels.routing.get_default_application",
    "channels.security.websocket.", "channels.auth.AuthMiddleware", "channels.auth.get_user",
    "channels.auth.login", "channels.auth.logout", "channels.sessions.CookieMiddleware",
    "channels.sessions.SessionMiddleware", "channels.exceptions.AcceptConnection",
    "channels.exceptions.ChannelFull", "channels.exceptions.DenyConnection",
    "channels.exceptions.InvalidChannelLayerError", "channels.exceptions.MessageTooLarge",
    "channels.exceptions.StopConsumer", "channels.DEFAULT_CHANNEL_LAYER",
)  # fmt: skip
_ROUTES = {"channels.route", "channels.route_class", "channels.include"}
_OLD_PACKAGES = {"channels", "asgi_redis", "asgi_ipc", "asgi_rabbitmq"}
_BY_TESTS = re.compile(r"""["']ROUTING["']|\.router\b|\bchannel_layers\s*\[""")


def check_nothing_left(project: Project, lists: Collection[Tree], asgi: Module | None) -> None:
    """Check that no module but those that are converted needs Channels 1.

    Args:
        project: The project.
        lists: Its routing lists.
        asgi: Its ``asgi.py``, if it has one.

    Raises:
        Left: One does.
    """
    homes = {tree.routing.module.name for tree in lists}
    for module in project.with_channels():
        if module.is_test or module is asgi:
            continue
        for node in ast.walk(module.tree):
            for name in _imported(module, node):
                if name in _ROUTES and module.name in homes:
                    continue
                if name.split(".")[0] in _OLD_PACKAGES and not name.startswith(_TODAY):
                    assert isinstance(node, ast.stmt)
                    raise Left(module, node, f"it imports {name}, which is of Channels 1")
        if module.name in homes:
            _check_routes(module, lists)


def _imported(module: Module, node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        bound = [alias.asname or alias.name for alias in node.names]
        origin = module.origin(node)
        pairs = zip(bound, node.names, strict=True)
        return [module.imports.get(name) or f"{origin}.{alias.name}" for name, alias in pairs]
    return []


def _check_routes(module: Module, lists: Collection[Tree]) -> None:
    """Check that the routes of Channels 1 in a module stand in the lists that are converted."""
    known = [tree.routing.node for tree in lists if tree.routing.module is module]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name) and module.meaning(node) in _ROUTES:
            around = [*module.around(node)]
            if not any(each in around for each in known):
                raise Left(module, node, "no list that ROUTING leads to has this route")


def check_tests(project: Project, lists: Collection[Tree]) -> None:
    """Check that no test looks at the routes themselves.

    Args:
        project: The project.
        lists: Its routing lists.

    Raises:
        Left: A test does.
    """
    for tree in lists:
        for use in project.uses(tree.routing.name):
            if use.module.is_test:
                raise Left(use.module, use.node, f"a test uses {tree.name}")
    for module in project.modules.values():
        if not module.is_test or not (match := _BY_TESTS.search(module.text)):
            continue
        line = module.text.count("\n", 0, match.start()) + 1
        nodes = [each for each in module.tree.body if each.lineno <= line]
        node = nodes[-1] if nodes else module.tree.body[0]
        raise Left(module, node, f"a test has {match[0]!r}, and sees the routes themselves")
