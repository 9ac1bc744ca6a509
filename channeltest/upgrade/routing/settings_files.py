"""Converts the settings of Channels 1: layers, ``ASGI_APPLICATION`` and ``INSTALLED_APPS``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...sources.edits import entry_span, line_end_of
from ...sources.literals import literal
from ...sources.module import Module
from ...sources.project import Project
from ..changes import Changes
from ..outcome import Left

IN_MEMORY = "channels.layers.InMemoryChannelLayer"
_REDIS = "channels_redis.core.RedisChannelLayer"
_BACKENDS = {
    "asgi_redis.RedisChannelLayer": _REDIS,
    "asgi_redis.core.RedisChannelLayer": _REDIS,
    "asgiref.inmemory.ChannelLayer": IN_MEMORY,
}
# What a layer on Redis takes under the same name. With other keys the meaning would change.
_SAME_CONFIG = {
    "hosts", "prefix", "expiry", "group_expiry", "capacity", "channel_capacity",
    "symmetric_encryption_keys",
}  # fmt: skip
# The capacity of 1.x's layer in memory.
_CAPACITY = 10
_OLD = re.compile(r"^(asgi_redis|asgiref|asgi_ipc|asgi_rabbitmq)\.")


@dataclass
class Layer:
    """An entry of ``CHANNEL_LAYERS``, wherever it stands in a file.

    Attributes:
        module: The settings.
        node: The dict.
        routing: The value of ``ROUTING``, or ``None``.
    """

    module: Module
    node: ast.Dict
    routing: ast.expr | None

    def value(self, key: str) -> ast.expr | None:
        """Return the value of a key of the dict, or ``None``."""
        pairs = zip(self.node.keys, self.node.values, strict=True)
        return next((value for each, value in pairs if literal(each) == key), None)


def layers(project: Project) -> Iterator[Layer]:
    """Yield the layers of the settings, which may be several files.

    Args:
        project: The project.

    Raises:
        Left: ``ROUTING`` stands somewhere else than in such a dict.
    """
    for module in project.modules.values():
        if "CHANNEL_LAYERS" not in module.text or not module.is_python3 or _has_tests(module):
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Subscript) and literal(node.slice) == "ROUTING":
                raise Left(module, node, "it sets ROUTING by itself")
            if not isinstance(node, ast.Dict):
                continue
            layer = Layer(module, node, None)
            layer.routing = layer.value("ROUTING")
            backend = literal(layer.value("BACKEND"))
            if layer.routing is not None or (backend and _OLD.match(backend)):
                yield layer


def _has_tests(module: Module) -> bool:
    return module.is_test and any(
        isinstance(node, ast.ClassDef)
        or (isinstance(node, ast.FunctionDef) and node.name.startswith("test"))
        for node in module.tree.body
    )


def convert_layer(changes: Changes, layer: Layer, keeps_capacity: bool) -> None:
    """Have a layer name a backend of today, and no routing.

    Args:
        changes: The changes of the project.
        layer: The layer.
        keeps_capacity: Whether a layer in memory keeps its capacity of 10 messages.

    Raises:
        Left: Its backend has no successor, or its ``CONFIG`` is not known.
    """
    module, edits = layer.module, changes.edits(layer.module)
    backend, config = layer.value("BACKEND"), layer.value("CONFIG")
    name = literal(backend) or ""
    if backend is None or not (name in _BACKENDS or name in _BACKENDS.values()):
        raise Left(module, layer.node, f"its BACKEND, {name!r}, has no successor that is known")
    if name in _BACKENDS:
        new = _BACKENDS[name]
        if config is not None:
            _check_config(module, config)
        text = f'"{new}"' if '"' in module.source(backend) else f"'{new}'"
        if new == IN_MEMORY and keeps_capacity and config is None:
            text += f', "CONFIG": {{"capacity": {_CAPACITY}}}'
        edits.replace_node(backend, text)
    if layer.routing is not None:
        keys = layer.node.keys
        key = next(each for each in keys if literal(each) == "ROUTING")
        assert key is not None
        span = module.span(key)[0], module.span(layer.routing)[1]
        edits.replace(entry_span(module, span), "")


def _check_config(module: Module, config: ast.expr) -> None:
    if not isinstance(config, ast.Dict):
        raise Left(module, config, "the CONFIG of the layer is not spelled out")
    names = {literal(key) for key in config.keys}
    if unknown := sorted(str(each) for each in names - _SAME_CONFIG):
        raise Left(module, config, f"today's layer has no {unknown[0]!r} in its CONFIG")


def name_application(changes: Changes, module: Module, application: str) -> None:
    """Have the settings name the application, behind that of WSGI or before the layers.

    Args:
        changes: The changes of the project.
        module: The settings.
        application: The dotted name.

    Raises:
        Left: They name another one.
    """
    named = module.definitions.get("ASGI_APPLICATION")
    if isinstance(named, ast.Assign):
        if literal(named.value) is None:
            raise Left(module, named, "what ASGI_APPLICATION names is not known")
        changes.edits(module).replace_node(named.value, f'"{application}"')
        return
    if "ASGI_APPLICATION" in module.text:
        raise Left(module, module.tree.body[0], "the file mentions ASGI_APPLICATION already")
    line = f'ASGI_APPLICATION = "{application}"{line_end_of(module.text)}'
    wsgi = module.definitions.get("WSGI_APPLICATION")
    if wsgi is not None:
        at = module.line_end(module.span(wsgi)[1])
    else:
        statements = [each for each in module.tree.body if "CHANNEL_LAYERS" in module.source(each)]
        at = module.line_start(module.span(statements[0])[0])
    changes.edits(module).replace((at, at), line)


def install_daphne(changes: Changes, module: Module) -> bool:
    """Put ``"daphne"`` first into the list of apps; return whether the file has such a list.

    Args:
        changes: The changes of the project.
        module: The settings.
    """
    statement = module.definitions.get("INSTALLED_APPS")
    apps = statement.value if isinstance(statement, ast.Assign) else None
    if not isinstance(apps, ast.List | ast.Tuple) or not apps.elts:
        return False
    first = apps.elts[0]
    if not {"channels", "channeltest"} & {literal(each) for each in apps.elts}:
        return False
    if "daphne" not in {literal(each) for each in apps.elts}:
        start = module.span(first)[0]
        indent = module.text[module.line_start(start) : start]
        quote = module.source(first)[:1] if literal(first) else '"'
        between = " " if indent.strip() else line_end_of(module.text) + indent
        changes.edits(module).replace((start, start), f"{quote}daphne{quote},{between}")
    return True
