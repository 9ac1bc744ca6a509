"""What of Channels 1 a project still uses when its consumers are those of today."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection

from ...sources.edits import import_text, line_end_of
from ...sources.module import Module
from ...sources.project import Project
from ..changes import Changes
from ..outcome import Left
from .route_tree import Tree

# What today's Channels has, by the beginnings of dotted names.
_TODAY = (
    "channels.consumer.", "channels.db.", "channels.generic.http.", "channels.generic.websocket.",
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
        unused = {name for _, name in unused_imports(project, module)}
        for node in ast.walk(module.tree):
            for name in _imported(module, node):
                if name in _ROUTES and module.name in homes:
                    continue
                if isinstance(node, ast.ImportFrom) and name in unused:
                    continue
                if name.split(".")[0] in _OLD_PACKAGES and not _is_of_today(name):
                    assert isinstance(node, ast.stmt)
                    raise Left(module, node, f"it imports {name}, which is of Channels 1")
        if module.name in homes:
            _check_routes(module, lists)


def _is_of_today(name: str) -> bool:
    # A module, or what is in it.
    return f"{name}.".startswith(_TODAY)


def unused_imports(project: Project, module: Module) -> list[tuple[str, str]]:
    """Return the names of Channels 1 that a module imports and nobody uses.

    Args:
        project: The project.
        module: The module.

    Returns:
        Pairs of the name in the module and what it stands for.
    """
    used = {
        node.id
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    return [
        (bound, name)
        for node in module.tree.body
        if isinstance(node, ast.ImportFrom)
        for bound, name in zip(
            [alias.asname or alias.name for alias in node.names],
            _imported(module, node),
            strict=True,
        )
        if name.startswith("channels.") and not _is_of_today(name)
        if bound not in used and not _is_taken(project, module, bound)
    ]


def _is_taken(project: Project, module: Module, bound: str) -> bool:
    """Whether another module takes an imported name from this one."""
    return any(
        (module.name, bound) in each.imported_from
        for each in project.modules.values()
        if bound in each.text and each.is_python3
    )


def remove_unused_imports(project: Project, changes: Changes) -> None:
    """Remove the imports of Channels 1 that nobody uses.

    Args:
        project: The project.
        changes: The changes of the project.
    """
    for module in project.with_channels():
        unused = {} if module.is_test else dict(unused_imports(project, module))
        for node in module.tree.body:
            if not isinstance(node, ast.ImportFrom):
                continue
            start, end = module.span(node)
            if "#" in module.text[start : module.line_end(end)]:
                continue
            staying = [each for each in node.names if (each.asname or each.name) not in unused]
            if not staying:
                changes.edits(module).remove_lines(module.span(node))
            elif len(staying) < len(node.names):
                origin = "." * node.level + (node.module or "")
                names = [module.source(each) for each in staying]
                text = import_text(origin, names, line_end_of(module.text), module.source(node))
                changes.edits(module).replace_node(node, text)


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
