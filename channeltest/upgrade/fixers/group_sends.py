"""Sends of a text to a group become messages with a type, and consumers that join get a handler.

::

    Group("room").send({"text": text})

    async_to_sync(get_channel_layer().group_send)("room", {"type": "group.message", "text": text})

    class ChatConsumer(WebsocketConsumer):
        def group_message(self, event):
            self.send(text_data=event["text"])

In consumers, and in views, signals, tasks and models.
"""

from __future__ import annotations

import ast
import re

from ...sources.edits import line_end_of
from ...sources.module import Module
from ...sources.project import Project
from ..changes import Changes
from ..choice import check_chosen
from ..layer_sends import consumers, keys_of, replace, send_of, uses_of
from ..outcome import Left, Outcome, finding

CODE = "CT104"

TYPE, HANDLER = "group.message", "group_message"
_WEBSOCKETS = "channels.generic.websocket."
# What tests do that take part in groups themselves.
_BY_TESTS = re.compile(
    r"""\bjoin_group\(|["'][\w.]+\.Group["']|\bgroup_channels\(|\.add\(\s*[\w.]*reply_channel\b"""
)
_TAKEN = {"send", "dispatch", HANDLER}


def fix(project: Project) -> Outcome:
    """Convert sends to groups, once all consumers are those of today.

    Args:
        project: The project.

    Returns:
        What changed, and a finding for each use of ``Group``.
    """
    outcome, changes, is_sent = Outcome(), Changes(project), False
    for use in uses_of(project, "channels.Group"):
        if getattr(use.grandparent, "attr", "") in ("add", "discard"):
            # A consumer that joins is converted as a whole.
            continue
        own = Changes(project)
        try:
            check_chosen(project, use.module, use.node)
            send = send_of(use)
            if keys_of(send.content) != ["text"]:
                raise Left(use.module, send.call, "it is more than a text")
            members = _members(project, consumers(project, use))
            _check_tests(project)
            text = use.module.source(send.content.values[0])
            replace(project, own, send, "group_send", f'{{"type": "{TYPE}", "text": {text}}}')
        except Left as left:
            text = f"Group: {left.within(use.module)}"
            outcome.findings.append(finding(use.module, use.node, CODE, "by hand", text))
            continue
        if not is_sent:
            is_sent = True
            for module, node in members:
                _add_handler(own, module, node)
        changes.update(own)
        text = "Group(…).send becomes group_send"
        outcome.findings.append(finding(use.module, use.node, CODE, "automatic", text))
    outcome.texts = changes.texts()
    return outcome


def _members(
    project: Project, found: dict[str, tuple[Module, ast.ClassDef]]
) -> list[tuple[Module, ast.ClassDef]]:
    """The consumers that may be in a group, and have no handler yet.

    Raises:
        Left: One of them sends, or takes messages, in a way of its own.
    """
    members = []
    for module, node in found.values():
        if not re.search(r"\bgroup_add\b|\bgroups\b", module.source(node)):
            continue
        defined = {each.name: each for each in node.body if isinstance(each, ast.FunctionDef)}
        bases = [module.meaning(base) or "" for base in node.bases]
        if len(bases) != 1 or not bases[0].startswith(_WEBSOCKETS):
            raise Left(module, node, "what its base does is not known")
        own = {name for name, each in defined.items() if name in _TAKEN and not _is_ours(each)}
        if own:
            raise Left(module, node, f"it has a method {min(own)!r} of its own")
        if HANDLER in defined:
            continue
        members.append((module, node))
    return members


def _is_ours(node: ast.FunctionDef) -> bool:
    return ast.unparse(node) == ast.unparse(ast.parse(_handler("    ", "\n", "")))


def _handler(unit: str, end: str, indent: str | None = None) -> str:
    indent = unit if indent is None else indent
    lines = [
        f"{indent}def {HANDLER}(self, event):",
        f'{indent}{unit}self.send(text_data=event["text"])',
    ]
    return end.join(lines) + end


def _add_handler(changes: Changes, module: Module, node: ast.ClassDef) -> None:
    end, last = line_end_of(module.text), node.body[-1]
    start = module.span(node.body[0])[0]
    unit = module.text[module.line_start(start) : start]
    if unit.strip():
        unit = "    "
    at = module.line_end(module.span(last)[1])
    before = "" if module.text[:at].endswith(("\n", "\r")) else end
    changes.edits(module).replace((at, at), f"{before}{end}{_handler(unit, end)}")


def _check_tests(project: Project) -> None:
    """Check that no test takes a group's message itself, or replaces ``Group``."""
    for module in project.modules.values():
        if not module.is_test:
            continue
        match = _BY_TESTS.search(module.text)
        if match and module.tree.body:
            line = module.text.count("\n", 0, match.start()) + 1
            nodes = [each for each in module.tree.body if each.lineno <= line]
            node = nodes[-1] if nodes else module.tree.body[0]
            raise Left(module, node, f"a test has {match[0]!r}, and sees the message itself")
