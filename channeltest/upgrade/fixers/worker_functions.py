"""Functions of workers get a consumer class that calls them.

::

    route("chat.remarks", keep_remark)

    class KeepRemarkConsumer(SyncConsumer):
        def chat_remarks(self, event):
            keep_remark(event)

    route("chat.remarks", KeepRemarkConsumer)

The function goes on taking what it took: an event has the keys that the message had.
"""

from __future__ import annotations

import ast
import re
from collections import Counter

from ...sources.edits import line_end_of
from ...sources.module import Module
from ...sources.project import Project, Use
from ..changes import Changes, target_of
from ..choice import check_chosen
from ..outcome import Left, Outcome, finding
from ..routes import Route, literal, routing_lists

CODE = "CT103"

_SERVERS = ("websocket.", "http.", "asgi.")
_SAME = ("channels.Channel", "channels.Group")


def fix(project: Project) -> Outcome:
    """Convert the functions that workers call.

    Args:
        project: The project.

    Returns:
        What changed, and a finding for each function.
    """
    outcome, changes = Outcome(), Changes(project)
    routes = [
        route
        for routing in routing_lists(project)
        for route in routing.routes
        if route.kind in ("route", "dict")
        and route.channel
        and not route.channel.startswith(_SERVERS)
    ]
    count = Counter(route.name for route in routes)
    for route in routes:
        definition = project.definition(route.name) if route.name else None
        if definition is None:
            continue
        module, function = definition
        if not isinstance(function, ast.FunctionDef):
            continue
        try:
            check_chosen(project, module, function)
            if count[route.name] > 1:
                raise Left(route.module, route.call, "it stands in several routes")
            own = Changes(project)
            name = _convert(project, own, route, module, function)
        except Left as left:
            text = f"{function.name}: {left.within(module)}"
            outcome.findings.append(finding(module, function, CODE, "by hand", text))
        else:
            changes.update(own)
            text = f"{function.name} is called by {name}"
            outcome.findings.append(finding(module, function, CODE, "automatic", text))
    outcome.texts = changes.texts()
    return outcome


def _convert(
    project: Project, changes: Changes, route: Route, module: Module, function: ast.FunctionDef
) -> str:
    """Add the class behind the function, and lead the route to it; return its name."""
    channel = route.channel or ""
    handler = channel.replace(".", "_")
    if not handler.isidentifier() or handler.startswith("_"):
        raise Left(route.module, route.call, f"a handler cannot be called {handler!r}")
    if route.filters:
        raise Left(route.module, route.call, "its route filters messages")
    reads = _check_function(module, function)
    for use in project.uses(f"{module.name}.{function.name}"):
        if use.node is not route.target and (problem := _problem(use)):
            raise Left(use.module, use.node, problem)
    _check_sends(project, channel)
    name = "".join(part[:1].upper() + part[1:] for part in function.name.split("_")) + "Consumer"
    if re.search(rf"\b{name}\b", module.text):
        raise Left(module, function, f"the file has a name {name!r} already")
    edits, end = changes.edits(module), line_end_of(module.text)
    for node, text in reads.items():
        edits.replace_node(node, text)
        if text.startswith("Channel("):
            changes.need(module, "channels", "Channel")
    indent = module.text[module.line_start(module.span(function.body[-1])[0]) :]
    unit = (re.match(r"[ \t]+", indent) or re.match(r"", ""))[0] or "    "  # type: ignore[index]
    lines = [
        f"class {name}(SyncConsumer):",
        f"{unit}def {handler}(self, event):",
        f"{unit}{unit}{function.name}(event)",
    ]
    at = module.line_end(module.span(function)[1])
    start = "" if module.text[:at].endswith(("\n", "\r")) else end
    edits.replace((at, at), start + end * 2 + end.join(lines) + end)
    changes.need(module, "channels.consumer", "SyncConsumer")
    changes.edits(route.module).replace_node(route.target, target_of(changes, route, module, name))
    return name


def _check_function(module: Module, function: ast.FunctionDef) -> dict[ast.Attribute, str]:
    """Check that a function takes a dict as well; return the attributes that a dict lacks.

    Returns:
        The attributes of the message, each with what stands for it.
    """
    arguments = function.args
    if function.decorator_list:
        raise Left(module, function, "what its decorators do is not known")
    if (
        len(arguments.args) != 1
        or arguments.posonlyargs
        or arguments.kwonlyargs
        or arguments.vararg
    ):
        raise Left(module, function, "its arguments are not known")
    message = arguments.args[0].arg
    parents = {
        id(child): node for node in ast.walk(function) for child in ast.iter_child_nodes(node)
    }
    contents: dict[ast.Attribute, str] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None:
            raise Left(module, node, "its return value has no place in a modern consumer")
        if isinstance(node, ast.Yield | ast.YieldFrom):
            raise Left(module, node, "it is no plain function")
        if isinstance(node, ast.Name | ast.Attribute):
            meaning = module.meaning(node) or ""
            if meaning.startswith("channels.") and not meaning.startswith(_SAME):
                raise Left(module, node, f"it uses {meaning} in a way that is not known")
        if not isinstance(node, ast.Name) or node.id != message:
            continue
        value: ast.expr = node
        parent = parents[id(node)]
        if isinstance(parent, ast.Attribute) and parent.attr == "content":
            contents[parent] = message
            value, parent = parent, parents[id(parent)]
        elif isinstance(parent, ast.Attribute) and parent.attr == "reply_channel":
            around = parents[id(parent)]
            name = f'{message}["reply_channel"]'
            if isinstance(around, ast.Attribute) and around.attr == "name":
                contents[around] = name
                continue
            if isinstance(around, ast.Attribute) and around.attr == "send":
                _check_channel(module, function)
                contents[parent] = f"Channel({name})"
                continue
        if not _is_read(value, parent, parents):
            raise Left(module, node, "it uses more of the message than its keys")
        if any(isinstance(each, ast.JoinedStr) for each in _around(value, parents)) and contents:
            raise Left(module, node, "it uses the message in an f-string")
    return contents


def _check_channel(module: Module, function: ast.FunctionDef) -> None:
    """Check that a module may have the name ``Channel`` for the class of 1.x."""
    known = module.meaning(ast.Name("Channel"))
    if known not in (None, "channels.Channel"):
        raise Left(module, function, "the file uses the name 'Channel' itself")


def _is_read(value: ast.expr, parent: ast.AST, parents: dict[int, ast.AST]) -> bool:
    """Whether an expression reads a key of a dict that an event has too."""
    key = None
    if isinstance(parent, ast.Subscript) and parent.value is value:
        key = literal(parent.slice) if isinstance(parent.ctx, ast.Load) else None
    elif isinstance(parent, ast.Attribute) and parent.attr == "get":
        call = parents[id(parent)]
        if isinstance(call, ast.Call) and call.func is parent and call.args:
            key = literal(call.args[0])
    elif isinstance(parent, ast.Compare) and all(
        isinstance(each, ast.In | ast.NotIn) for each in parent.ops
    ):
        key = literal(parent.left)
    return key is not None and key != "type"


def _around(node: ast.AST, parents: dict[int, ast.AST]) -> list[ast.AST]:
    found = []
    while id(node) in parents:
        node = parents[id(node)]
        found.append(node)
    return found


def _problem(use: Use) -> str | None:
    parent = use.parent
    is_route = isinstance(parent, ast.Call) and use.module.meaning(parent.func) == "channels.route"
    if not use.module.is_test:
        return "another route leads to it" if is_route else None
    is_called = isinstance(parent, ast.Call) and parent.func is use.node
    if is_called or is_route or isinstance(use.node, ast.Constant):
        return None
    return "a test compares it"


def _check_sends(project: Project, channel: str) -> None:
    """Check that no message on a channel has a ``type``: it would name a handler of the worker."""
    for module in project.with_channels():
        if channel not in module.text or (
            '"type"' not in module.text and "'type'" not in module.text
        ):
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Dict) and any(
                literal(key) == "type" for key in node.keys if key
            ):
                raise Left(module, node, "a message on its channel may have a type of its own")
