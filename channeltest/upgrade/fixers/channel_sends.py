"""Sends to a channel of the project's own become messages with the type of their handler.

::

    Channel("chat.remarks").send({"room": "a"})

    async_to_sync(get_channel_layer().send)("chat.remarks", {"type": "chat.remarks", "room": "a"})

In consumers, and in views, signals, tasks and models.
"""

from __future__ import annotations

import ast
import re

from ...sources.project import Project, Use
from ..changes import Changes
from ..choice import check_chosen
from ..layer_sends import Send, consumers, keys_of, replace, send_of, uses_of
from ..outcome import Left, Outcome, finding
from ..routes import literal, routing_lists

CODE = "CT105"

# Keys with a meaning of their own, for a consumer or a layer.
_KEYS = {"type", "reply_channel"}


def fix(project: Project) -> Outcome:
    """Convert sends to channels, once all consumers are those of today.

    Args:
        project: The project.

    Returns:
        What changed, and a finding for each use of ``Channel``.
    """
    outcome, changes = Outcome(), Changes(project)
    for use in uses_of(project, "channels.Channel"):
        own = Changes(project)
        try:
            check_chosen(project, use.module, use.node)
            send = send_of(use)
            channel = _checked(project, use, send)
            inner = use.module.source(send.content)[1:]
            more = f", {inner.lstrip()}" if send.content.keys else "}"
            if "\n" in inner[: len(inner) - len(inner.lstrip())]:
                more = f",{inner}"
            replace(project, own, send, "send", f'{{"type": "{channel}"{more}')
        except Left as left:
            text = f"Channel: {left.within(use.module)}"
            outcome.findings.append(finding(use.module, use.node, CODE, "by hand", text))
            continue
        changes.update(own)
        text = f"Channel({channel!r}).send becomes send, with a type"
        outcome.findings.append(finding(use.module, use.node, CODE, "automatic", text))
    outcome.texts = changes.texts()
    return outcome


def _checked(project: Project, use: Use, send: Send) -> str:
    """Return the channel of a send whose consumer is known.

    Raises:
        Left: It is not known, or somebody else reads the channel.
    """
    channel = literal(send.name)
    if channel is None:
        raise Left(use.module, send.call, "the name of the channel is not spelled out")
    if _KEYS.intersection(keys_of(send.content)):
        raise Left(use.module, send.call, "it has a key 'type' or 'reply_channel'")
    found = consumers(project, use)
    handler = channel.replace(".", "_")
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
        if module.is_test and pattern.search(module.text):
            raise Left(use.module, send.call, f"{module.path.name} reads the channel")
    return channel
