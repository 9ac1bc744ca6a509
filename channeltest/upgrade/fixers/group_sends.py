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

import re

from ...sources.project import Project, Use
from ..changes import Changes
from ..choice import check_chosen
from ..functions.handlers import TYPE, add_handler, without_handler
from ..outcome import Left, Outcome, finding
from ..sends.groups import group_functions, sends_to_function
from ..sends.layer_sends import (
    check_member_names,
    consumers,
    keys_of,
    replace,
    send_of,
    sends_of_variable,
    uses_of,
    write_join,
)

CODE = "CT104"

_MEMBERS = {"add", "discard"}
# A consumer that joins groups, or whose name others may have.
_JOINS = r"\bgroup_add\b|\bgroups\b"
_BY_NAME = re.compile(r"get_channel_layer\([^()]*\)\.group_add\b")
_IS_JOINED = _JOINS + r"|\bself\.channel_name\b"
# What tests do that take part in groups themselves.
_BY_TESTS = re.compile(
    r"""["'][\w.]+\.Group["']|\bgroup_channels\(|\.add\(\s*[\w.]*reply_channel\b"""
)

_JOINS_GROUP = re.compile(r"\bjoin_group\(")
_CLIENTS = {f"channels.{each}.Client" for each in ("test", "tests", "test.base", "tests.base")}


def fix(project: Project) -> Outcome:
    """Convert sends to groups, once all consumers are those of today.

    Args:
        project: The project.

    Returns:
        What changed, and a finding for each use of ``Group``.
    """
    outcome, changes, is_sent = Outcome(), Changes(project), False
    known = group_functions(project)
    functions = {id(call): name for name, (_, _, calls) in known.items() for call in calls}
    # The calls of a function that may return several groups are converted with its first.
    first = {id(calls[0]) for _, _, calls in known.values()}
    uses = [*uses_of(project, "channels.Group")]
    # A consumer that joins is converted as a whole. Whoever is left joins others by their names.
    joining = [use for use in uses if getattr(use.grandparent, "attr", "") in _MEMBERS]
    unknown = _unknown_member(project, joining)
    for use in uses:
        is_first = id(use.parent) in first or id(use.parent) not in functions
        if use in joining or not is_first:
            continue
        own = Changes(project)
        try:
            check_chosen(project, use.module, use.node)
            name = functions.get(id(use.parent))
            if name is None:
                sends = sends_of_variable(project, own, use) or [send_of(project, use)]
            else:
                sends = sends_to_function(project, own, name)
            if unknown is not None:
                raise unknown
            joins = _IS_JOINED if joining or _joins_others(project) else _JOINS
            members = without_handler(project, consumers(project, use), joins)
            _check_tests(project)
            for send in sends:
                if keys_of(send.content) != ["text"]:
                    raise Left(send.module, send.call, "it is more than a text")
                content = f'{{"type": "{TYPE}", "text": {send.value("text")}}}'
                replace(project, own, send, "group_send", content)
            for each in joining if not is_sent else ():
                write_join(own, each)
        except Left as left:
            text = f"Group: {left.within(use.module)}"
            outcome.findings.append(finding(use.module, use.node, CODE, "by hand", text))
            continue
        if not is_sent:
            is_sent = True
            for module, node in members:
                add_handler(own.edits(module), node)
        changes.update(own)
        text = "Group(…).send becomes group_send"
        if name is not None:
            text = f"{name} returns the name of its group, and what is sent becomes group_send"
        outcome.findings.append(finding(use.module, use.node, CODE, "automatic", text))
    outcome.texts = changes.texts()
    return outcome


def _unknown_member(project: Project, joining: list[Use]) -> Left | None:
    """Why it is not known what joins groups outside of consumers."""
    try:
        check_member_names(project, joining)
    except Left as left:
        return left
    return None


def _joins_others(project: Project) -> bool:
    """Whether code outside of consumers has others join groups."""
    return any(
        not module.is_test and _BY_NAME.search(module.text) for module in project.with_channels()
    )


def _check_tests(project: Project) -> None:
    """Check that no test takes a group's message itself, or replaces ``Group``."""
    for module in project.modules.values():
        if not module.is_test:
            continue
        match = _BY_TESTS.search(module.text)
        if match is None and _CLIENTS & {*module.imports.values()}:
            # A client of websockets gets the text alone.
            match = _JOINS_GROUP.search(module.text)
        if match and module.tree.body:
            line = module.text.count("\n", 0, match.start()) + 1
            nodes = [each for each in module.tree.body if each.lineno <= line]
            node = nodes[-1] if nodes else module.tree.body[0]
            raise Left(module, node, f"a test has {match[0]!r}, and sees the message itself")
