"""Sends to a channel of the project's own become messages with the type of their handler.

::

    Channel("chat.remarks").send({"room": "a"})

    async_to_sync(get_channel_layer().send)("chat.remarks", {"type": "chat.remarks", "room": "a"})

In consumers, and in views, signals, tasks and models.
"""

from __future__ import annotations

import ast
import re

from ...sources.literals import literal
from ...sources.module import Module
from ...sources.project import Project, Use
from ..changes import Changes
from ..choice import check_chosen
from ..functions.handlers import TYPE, add_handler, without_handler
from ..functions.helpers import CONSUMER
from ..outcome import Left, Outcome, finding
from ..routes import routing_lists
from ..sends.layer_sends import (
    Send,
    consumers,
    keys_of,
    replace,
    send_of,
    sends_of_variable,
    uses_of,
)
from ..units.worker_units import handler_of, type_on

CODE = "CT105"

# What a test does that sees all keys of a message, the type too.
_SEES_ALL = re.compile(r"\.content\b(?!\s*\[|\.get\()|\.(keys|items|values)\(\)")


def fix(project: Project) -> Outcome:
    """Convert sends to channels, once all consumers are those of today.

    Args:
        project: The project.

    Returns:
        What changed, and a finding for each use of ``Channel``.
    """
    outcome, changes, is_sent = Outcome(), Changes(project), False
    for use in uses_of(project, "channels.Channel"):
        own = Changes(project)
        try:
            check_chosen(project, use.module, use.node)
            sends = sends_of_variable(project, own, use, "channels.Channel") or [
                send_of(project, use)
            ]
            made = use.parent
            assert isinstance(made, ast.Call)
            channel = literal(made.args[0])
            members = _clients(project, use, sends, made.args[0]) if channel is None else []
            for module, node in members if not is_sent else ():
                add_handler(own.edits(module), node)
            for send in sends:
                if channel is None:
                    content = f'{{"type": "{TYPE}", "text": {send.value("text")}}}'
                else:
                    content = _with_type(send, _checked(project, use, send, channel))
                replace(project, own, send, "send", content)
        except Left as left:
            text = f"Channel: {left.within(use.module)}"
            outcome.findings.append(finding(use.module, use.node, CODE, "by hand", text))
            continue
        is_sent |= channel is None
        changes.update(own)
        text = f"Channel({use.module.source(made.args[0])}).send becomes send, with a type"
        outcome.findings.append(finding(use.module, use.node, CODE, "automatic", text))
    outcome.texts = changes.texts()
    return outcome


def _with_type(send: Send, kind: str) -> str:
    """Return what is sent, with a type."""
    if send.variable is not None:
        return f'{{"type": "{kind}", **{send.variable}}}'
    source = send.module.source(send.content)
    if not source.startswith("{"):
        return f'{{"type": "{kind}", **{source}}}'
    inner = source[1:]
    more = f", {inner.lstrip()}" if send.content.keys else "}"
    if "\n" in inner[: len(inner) - len(inner.lstrip())]:
        more = f",{inner}"
    return f'{{"type": "{kind}"{more}'


def _clients(
    project: Project, use: Use, sends: list[Send], name: ast.expr
) -> list[tuple[Module, ast.ClassDef]]:
    """Return the consumers without a handler that may have handed out the name of a channel.

    Raises:
        Left: It may be another channel, or more is sent than a text.
    """
    found = consumers(project, use)
    own = any(route.channel for routing in routing_lists(project) for route in routing.routes)
    if own and "reply" not in use.module.source(name):
        raise Left(use.module, name, "the name of the channel is not spelled out")
    for send in sends:
        if keys_of(send.content) != ["text"]:
            raise Left(use.module, send.call, "it is more than a text")
    by_helpers = any(
        not module.is_test and _uses_name(module.text, CONSUMER)
        for module in project.with_channels()
    )
    handing = {name: each for name, each in found.items() if _hands_out(*each, by_helpers)}
    if not handing:
        raise Left(use.module, name, "no consumer hands out the name of its channel")
    return without_handler(project, handing, "")


def _hands_out(module: Module, node: ast.ClassDef, by_helpers: bool) -> bool:
    """Whether a consumer, or a function that takes it, hands out the name of its channel."""
    text = module.source(node)
    return _uses_name(text, "self") or (by_helpers and any(map(_gives_itself, ast.walk(node))))


def _gives_itself(node: ast.AST) -> bool:
    values = node.args if isinstance(node, ast.Call) else []
    return any(isinstance(each, ast.Name) and each.id == "self" for each in values)


def _uses_name(text: str, consumer: str) -> bool:
    """Whether the name of a consumer's channel is used for more than joining groups."""
    joins = re.findall(rf"{consumer}\.channel_layer\.group_(?:add|discard)\)\(", text)
    return text.count(f"{consumer}.channel_name") > len(joins)


def _checked(project: Project, use: Use, send: Send, channel: str) -> str:
    """Return the type of a message on a channel whose consumer is known.

    Raises:
        Left: It is not known, or somebody else reads the channel.
    """
    if "type" in keys_of(send.content):
        raise Left(use.module, send.call, "it has a key 'type'")
    found = consumers(project, use)
    handler = handler_of(channel)
    classes = [
        found[route.name][1]
        for routing in routing_lists(project)
        for route in routing.routes
        if route.channel == channel and route.name in found
    ]
    if not classes:
        raise Left(use.module, send.call, "no route of the project has the channel")
    for node in classes:
        if handler not in {each.name for each in node.body if isinstance(each, ast.FunctionDef)}:
            raise Left(use.module, send.call, f"{node.name} has no method {handler!r}")
    pattern = re.compile(rf"get_next_message\(\s*[\"']{re.escape(channel)}[\"']")
    for module in project.modules.values():
        if module.is_test and pattern.search(module.text) and _SEES_ALL.search(module.text):
            raise Left(use.module, send.call, f"{module.path.name} compares what the channel has")
    return type_on(channel)
