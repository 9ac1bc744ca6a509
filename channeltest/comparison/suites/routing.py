"""The routes, handlers and group names that a project's routing leads to, each with its place."""

from __future__ import annotations

import ast
import copy
import inspect
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from channels.routing import (
    ChannelNameRouter,
    ProtocolTypeRouter,
    URLRouter,
    get_default_application,
)
from django.conf import settings

from ...asgi.connection import consumer_name
from ...compat.applications.lookup import inner_of, is_consumer
from ...compat.applications.route import ApplicationRoute
from ...compat.message import Message
from ...compat.routing import Include, Route

_FRAMEWORKS = {"channels", "channeltest", "django", "asgiref"}
_GROUP_CALLS = {"group_add", "group_discard", "group_send"}
# What a name holds that is put together when the code runs.
_ANY = ".*"


class Entry(NamedTuple):
    """One thing that a test may reach.

    Attributes:
        kind: ``"route"``, ``"handler"`` or ``"group"``.
        name: The route, ``Class.method``, or the group's name with ``.*`` for what is not known.
        place: ``"chat/consumers.py:12"``, or ``""`` where there is no source.
        consumer: The name of the consumer as records have it; ``""`` for a group.
        channels: The channels of its messages, or the types of its events; of a route, none; of a
            group, a regular expression for its name.
        serves: Whether a message on a channel with some content takes the route.
    """

    kind: str
    name: str
    place: str
    consumer: str = ""
    channels: tuple[str, ...] = ()
    serves: Callable[[str, dict[str, Any]], bool] = lambda channel, content: True


def entries() -> list[Entry]:
    """Return what the routing of all layers and ``ASGI_APPLICATION`` lead to.

    Raises:
        ImproperlyConfigured: A routing cannot be imported.
    """
    routings = [config["ROUTING"] for config in _configs() if config.get("ROUTING")]
    if getattr(settings, "ASGI_APPLICATION", None):
        routings.append(get_default_application())
    found: list[Entry] = []
    modules: set[str] = set()
    for routing in routings:
        for entry in Include(routing).routing:
            for consumer, text, alone in _leaves(entry):
                found += _of_consumer(consumer, text, _matcher(alone, consumer))
                modules.add(getattr(consumer, "__module__", ""))
    for module in sorted(modules):
        if module.partition(".")[0] not in _FRAMEWORKS:
            found += _groups(module)
    # One consumer may stand in several routings, and a group in several lines.
    return list({each[:2]: each for each in reversed(found)}.values())[::-1]


def _configs() -> Iterable[dict[str, Any]]:
    return getattr(settings, "CHANNEL_LAYERS", {}).values()


_Serves = Callable[[str, dict[str, Any]], bool]
_NO_LAYER: Any = object()


def _matcher(entry: Any, consumer: Any) -> _Serves:
    def serves(channel: str, content: dict[str, Any]) -> bool:
        found = entry.match(Message(content, channel, _NO_LAYER))
        return bool(found) and consumer in (found[0], getattr(found[0], "consumer", None))

    return serves


def _leaves(entry: Any) -> Iterator[tuple[Any, str, Any]]:
    """Each single route of an entry of a routing: its consumer, its text, the way to it alone."""
    if isinstance(entry, Include):
        for inner in entry.routing:
            for consumer, text, alone in _leaves(inner):
                include = copy.copy(entry)
                include.routing = [alone]
                prefix = f"{entry.prefixes} " if entry.prefixes else ""
                yield consumer, f"{prefix}{text}", include
    elif isinstance(entry, Route):
        consumer = entry.consumer
        while (inner := inner_of(consumer)) is not None:
            consumer = inner
        yield getattr(consumer, "consumer_class", consumer), " ".join(str(entry).split()), entry
    else:
        for consumer, text, alone in _modern_leaves(entry.consumer):
            yield consumer, f"{text} -> {consumer_name(consumer)}", ApplicationRoute(alone)


def _modern_leaves(application: Any) -> Iterator[tuple[Any, str, Any]]:
    """Each consumer below an application, how it is reached, and the way to it alone."""
    if isinstance(application, ProtocolTypeRouter | ChannelNameRouter):
        for key, chosen in application.application_mapping.items():
            for consumer, text, alone in _modern_leaves(chosen):
                router = copy.copy(application)
                router.application_mapping = {key: alone}
                yield consumer, f"{key} {text}".strip(), router
    elif isinstance(application, URLRouter):
        routes: Any = application.routes
        for route in routes:
            for consumer, text, alone in _modern_leaves(route.callback):
                single = copy.copy(route)
                single.callback = alone
                urls = copy.copy(application)
                urls.routes = [single]
                yield consumer, f"{route.pattern} {text}".strip(), urls
    elif is_consumer(application) or inspect.isfunction(application):
        yield getattr(application, "consumer_class", application), "", application
    elif (inner := inner_of(application)) is not None:
        yield from _modern_leaves(inner)


# A method of JSON consumers, and the one of others in its place.
_PLAIN = {"receive_json": "receive"}


def _of_consumer(consumer: Any, text: str, serves: _Serves) -> Iterator[Entry]:
    name = consumer_name(consumer)
    yield Entry("route", text, _place(consumer), name, (), serves)
    if not isinstance(consumer, type):
        return
    mapping = getattr(consumer, "method_mapping", None) or {}
    by_method = {method: channel for channel, method in mapping.items()}
    for method in _own_methods(consumer):
        plain = _PLAIN.get(method, method).removeprefix("raw_").removeprefix("websocket_")
        if method in by_method:
            channels: tuple[str, ...] = (by_method[method],)
        elif plain in ("connect", "receive", "disconnect"):
            channels = (f"websocket.{plain}",)
        elif is_consumer(consumer) and _takes_an_event(getattr(consumer, method)):
            channels = (method.replace("_", "."), method.replace("_", "-"), method)
        else:
            continue
        place = _place(getattr(consumer, method))
        yield Entry("handler", f"{consumer.__name__}.{method}", place, name, channels)


def _own_methods(consumer: type) -> Iterator[str]:
    """The names of the methods that the project has defined."""
    seen = set()
    for base in consumer.__mro__:
        if base.__module__.partition(".")[0] not in _FRAMEWORKS:
            for name, value in vars(base).items():
                if name not in seen and not name.startswith("_") and inspect.isfunction(value):
                    seen.add(name)
                    yield name


def _takes_an_event(method: Any) -> bool:
    """Whether a method is one for a ``type``: its argument is called ``event`` or ``message``."""
    return list(inspect.signature(method).parameters)[1:] in (["event"], ["message"])


def _place(thing: Any) -> str:
    thing = inspect.unwrap(thing)
    try:
        file = inspect.getsourcefile(thing)
        line = inspect.getsourcelines(thing)[1]
    except (TypeError, OSError):
        return ""
    return f"{_relative(file)}:{line}" if file else ""


def _relative(file: str) -> str:
    return Path(os.path.relpath(file)).as_posix()


def _groups(module: str) -> Iterator[Entry]:
    """The groups that a module names, as far as their names stand in the code."""
    file = getattr(sys.modules.get(module), "__file__", None)
    if not file:
        return
    for node in ast.walk(ast.parse(Path(file).read_bytes())):
        for argument in _group_names(node):
            pattern = pattern_of(argument)
            if pattern.replace(_ANY, ""):
                name = re.sub(r"\\(.)", r"\1", pattern)
                yield Entry("group", name, f"{_relative(file)}:{argument.lineno}", "", (pattern,))


def _group_names(node: ast.AST) -> Iterable[ast.expr]:
    if isinstance(node, ast.Call) and node.args:
        called = node.func.args[0] if isinstance(node.func, ast.Call) and node.func.args else None
        name = _last(node.func)
        if name == "Group" or name in _GROUP_CALLS or _last(called) in _GROUP_CALLS:
            return [node.args[0]]
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.List | ast.Tuple):
        is_groups = any(_last(each) == "groups" for each in node.targets)
        return node.value.elts if is_groups else ()
    return ()


def _last(node: ast.AST | None) -> str:
    return str(getattr(node, "attr", None) or getattr(node, "id", ""))


def pattern_of(node: ast.expr) -> str:
    """Return a regular expression for a name of a group; ``.*`` stands for what is not known."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.escape(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(map(pattern_of, node.values))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return _ANY.join(map(re.escape, re.split(r"%(?:\(\w+\))?[a-z]", _text(node.left))))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return pattern_of(node.left) + pattern_of(node.right)
    if isinstance(node, ast.Call) and _last(node.func) == "format":
        value = getattr(node.func, "value", node)
        return _ANY.join(map(re.escape, re.split(r"\{[^}]*\}", _text(value))))
    return _ANY


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
