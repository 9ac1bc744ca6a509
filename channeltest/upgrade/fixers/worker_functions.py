"""Functions of workers get a consumer class that calls them.

::

    route("chat.remarks", keep_remark)

    class KeepRemarkConsumer(SyncConsumer):
        def chat_remarks(self, event):
            keep_remark(event)

    route("chat.remarks", KeepRemarkConsumer)

Functions of one channel whose routes filter messages get one class, which asks what the filters
asked. The function goes on taking what it took: an event has the keys that the message had.
"""

from __future__ import annotations

import ast
import re
from collections import Counter

from ...sources.edits import line_end_of
from ...sources.literals import literal
from ...sources.module import Module
from ...sources.project import Project, Use
from ..changes import Changes
from ..choice import check_chosen
from ..functions.message_types import check_no_type
from ..outcome import Left, Outcome, finding
from ..units.worker_units import WorkerUnit, check_unit, worker_units

CODE = "CT103"

_SAME = ("channels.Channel", "channels.Group")


def fix(project: Project) -> Outcome:
    """Convert the functions that workers call.

    Args:
        project: The project.

    Returns:
        What changed, and a finding for each function.
    """
    outcome, changes = Outcome(), Changes(project)
    units = [*worker_units(project)]
    count = Counter(name for unit in units for name in unit.names)
    for unit in units:
        own = Changes(project)
        try:
            for module, function in unit.functions:
                check_chosen(project, module, function)
            if any(count[name] > 1 for name in unit.names):
                first = unit.routes[0]
                raise Left(first.module, first.call, "it stands in several routes")
            check_unit(project, unit)
            name = _convert(project, own, unit)
        except Left as left:
            for module, function in unit.functions:
                text = f"{function.name}: {left.within(module)}"
                outcome.findings.append(finding(module, function, CODE, "by hand", text))
        else:
            changes.update(own)
            for module, function in unit.functions:
                text = f"{function.name} is called by {name}"
                outcome.findings.append(finding(module, function, CODE, "automatic", text))
    outcome.texts = changes.texts()
    return outcome


def _convert(project: Project, changes: Changes, unit: WorkerUnit) -> str:
    """Add the class behind the functions, and lead the route to it; return its name."""
    module, function = unit.functions[0]
    for module, function in unit.functions:
        for node, text in _check_function(module, function).items():
            changes.edits(module).replace_node(node, text)
            if text.startswith("Channel("):
                changes.need(module, "channels", "Channel")
        for use in project.uses(f"{module.name}.{function.name}"):
            is_own = any(use.node is route.target for route in unit.routes)
            if not is_own and (problem := _problem(use)):
                raise Left(use.module, use.node, problem)
    check_no_type(project, unit.channel)
    words = re.split(r"[._-]", unit.channel if unit.has_filters else function.name)
    name = "".join(part[:1].upper() + part[1:] for part in words) + "Consumer"
    if re.search(rf"\b{name}\b", module.text):
        raise Left(module, function, f"the file has a name {name!r} already")
    last = max((each for _, each in unit.functions), key=lambda each: each.lineno)
    edits, end = changes.edits(module), line_end_of(module.text)
    indent = module.text[module.line_start(module.span(last.body[-1])[0]) :]
    lines = unit.class_lines(name, (re.match(r"[ \t]*", indent) or [""])[0] or "    ")
    at = module.line_end(module.span(last)[1])
    start = "" if module.text[:at].endswith(("\n", "\r")) else end
    edits.replace((at, at), start + end * 2 + end.join(lines) + end)
    changes.need(module, "channels.consumer", "SyncConsumer")
    unit.lead_to(changes, module, name)
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
                contents[parent] = f"Channel({name})"
                continue
        if not _is_read(value, parent, parents):
            raise Left(module, node, "it uses more of the message than its keys")
        if any(isinstance(each, ast.JoinedStr) for each in _around(value, parents)) and contents:
            raise Left(module, node, "it uses the message in an f-string")
    return contents


def _is_read(value: ast.expr, parent: ast.AST, parents: dict[int, ast.AST]) -> bool:
    """Whether an expression reads a key of a dict that an event has too."""
    key = None
    if isinstance(parent, ast.Subscript) and parent.value is value:
        key = literal(parent.slice) if isinstance(parent.ctx, ast.Load) else None
    elif isinstance(parent, ast.Attribute) and parent.attr == "get":
        call = parents[id(parent)]
        if isinstance(call, ast.Call) and call.func is parent and call.args:
            key = literal(call.args[0])
    elif isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Mod):
        # A text with names in it: "%(user)s has joined" % message.content
        text = (literal(parent.left) or "%").replace("%%", "")
        names = set(re.findall(r"%(?:\((\w+)\))?", text))
        return parent.right is value and not names & {"", "type"}
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
