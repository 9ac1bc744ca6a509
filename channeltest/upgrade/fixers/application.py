"""The routing lists become an ASGI application, and the settings name it instead of ``ROUTING``.

::

    channel_routing = [route_class(ChatConsumer, path=r"^/chat/$")]

    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "asgi_redis.RedisChannelLayer",
            "ROUTING": "site.routing.channel_routing",
        }
    }

    websocket_urlpatterns = [re_path(r"^chat/$", ChatConsumer.as_asgi())]

    application = ProtocolTypeRouter(
        {"http": django_application, "websocket": URLRouter(websocket_urlpatterns)}
    )

    ASGI_APPLICATION = "site.asgi.application"
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer"}}

It is the end of a port: it waits until no consumer and no use of Channels 1 is left.
"""

from __future__ import annotations

import ast
import importlib.util
import re

from ...sources.literals import literal
from ...sources.module import Module
from ...sources.project import Project
from ..changes import Changes
from ..outcome import Left, Outcome, finding
from ..routing import asgi_file
from ..routing.leftovers import check_nothing_left, check_tests, remove_unused_imports
from ..routing.middleware import Stack, stack_of
from ..routing.route_lists import ListWriter
from ..routing.route_tree import Entry, Tree, tree_of
from ..routing.settings_files import Layer, convert_layer, install_daphne, layers, name_application

CODE = "CT106"


def fix(project: Project) -> Outcome:
    """Convert the routing lists, ``asgi.py`` and the settings, all or nothing.

    Args:
        project: The project.

    Returns:
        What changed, with a finding for each list, file and layer, or one that says what is left.
    """
    outcome, changes = Outcome(), Changes(project)
    found: list[Layer] = []
    try:
        found += layers(project)
        routed = [layer for layer in found if layer.routing is not None]
        if not routed:
            return outcome
        tree = _tree(project, routed)
        created, places = _convert(project, changes, found, tree)
    except Left as left:
        layer = next((layer for layer in found if layer.routing is not None), None)
        module, node = (layer.module, layer.routing) if layer else (left.module, left.node)
        assert isinstance(node, ast.expr | ast.stmt)
        text = f"ROUTING: {left.within(module)}"
        outcome.findings.append(finding(module, node, CODE, "by hand", text))
        return outcome
    for module, node, text in places:
        outcome.findings.append(finding(module, node, CODE, "automatic", text))
    outcome.texts = changes.texts()
    outcome.created += created
    return outcome


def _tree(project: Project, routed: list[Layer]) -> Tree:
    """Return the routes of the project.

    Raises:
        Left: The layers have other routes each, or a route cannot be converted.
    """
    names = {literal(layer.routing) for layer in routed}
    first = routed[0]
    assert first.routing is not None
    if len(names) > 1:
        raise Left(first.module, first.routing, "layers have routes of their own each")
    name = names.pop()
    tree = tree_of(project, name) if name else None
    if tree is None:
        raise Left(first.module, first.routing, "the routes that it names are not known")
    return tree


def _convert(
    project: Project, changes: Changes, found: list[Layer], tree: Tree
) -> tuple[list[Module], list[tuple[Module, ast.expr | ast.stmt, str]]]:
    """Collect the changes; return the new files, and what was changed where.

    Raises:
        Left: Something is not understood, or still needs Channels 1.
    """
    lists = tree.lists()
    settings = next(layer.module for layer in found if layer.routing is not None)
    asgi, name, path = asgi_file.asgi_module(project, settings)
    check_nothing_left(project, lists, asgi)
    check_tests(project, lists)
    remove_unused_imports(project, changes)
    stacks = [stack_of(project, *consumer) for consumer in tree.consumers()]
    shared: Stack = stacks[0] if len({*stacks}) == 1 else ""

    def stack(entry: Entry) -> Stack:
        assert entry.consumer is not None
        return "" if shared else stack_of(project, *entry.consumer)

    writer = ListWriter(changes, tree, stack)
    writer.write()
    websockets, channels = writer.names[tree.routing.name]
    application = asgi_file.Application(
        tree.routing.module.name, websockets, channels, shared if websockets else ""
    )
    places: list[tuple[Module, ast.expr | ast.stmt, str]] = []
    for each in lists:
        statement = each.routing.module.definitions[each.name]
        places.append((each.routing.module, statement, f"{each.name} becomes routes of today"))
    created = []
    if asgi is None:
        if path.exists():
            raise Left(settings, settings.tree.body[0], f"{path} is not among what is converted")
        text = asgi_file.new_file(application, asgi_file.settings_of(project, settings))
        created.append(Module(path, name, text, "utf-8"))
    else:
        asgi_file.convert(project, changes, asgi, application)
        text = f"it makes application, for the server: {name}:application"
        places.append((asgi, asgi.tree.body[0], text))
    places += _convert_settings(project, changes, found, f"{name}.application")
    return created, places


def _convert_settings(
    project: Project, changes: Changes, found: list[Layer], application: str
) -> list[tuple[Module, ast.expr | ast.stmt, str]]:
    modules = [module for module in project.modules.values() if not module.is_test]
    keeps_capacity = any(re.search(r"\bChannelFull\b", module.text) for module in modules)
    places: list[tuple[Module, ast.expr | ast.stmt, str]] = []
    for layer in found:
        convert_layer(changes, layer, keeps_capacity)
        places.append((layer.module, layer.node, "the layer becomes one of today"))
    routed = {layer.module.name for layer in found if layer.routing is not None}
    for name in routed:
        name_application(changes, project.modules[name], application)
    if importlib.util.find_spec("daphne") is not None:
        # Without the package, the settings could not be loaded.
        for module in project.modules.values():
            if "INSTALLED_APPS" in module.text and module.is_python3:
                install_daphne(changes, module)
    return places
