"""Translates what a function consumer does with groups and with other channels than its own."""

from __future__ import annotations

import ast

from ...sources.literals import literal
from ..sends.group_variables import name_spans
from .reading import MessageReader

# What runs the receivers of a signal, and what a class of 1.x sends to groups with. Whatever has a
# method "send" may be the channel of this client.
_SENDING = {"send", "send_robust", "group_send"}


class GroupTranslator(MessageReader):
    """Translates what one function consumer does with groups and with other channels.

    Args:
        module: The module of the function.
        function: The function.
        facts: What is known about it.
    """

    def visit(self, node: ast.AST) -> None:
        """Translate a node and what is in it."""
        raise NotImplementedError

    def visit_group(self, call: ast.Call, func: ast.Attribute) -> bool:
        """Translate a call of a group's or a channel's method; return whether it is one.

        Args:
            call: The call.
            func: What is called.
        """
        if func.attr in ("add", "discard", "send") and self.is_group(func.value):
            self._kept_group(call, func.attr, func.value)
            return True
        if isinstance(func.value, ast.Name) and func.value.id in self.group_names:
            self._group_variable(call, func.attr, func.value)
            return True
        if isinstance(func.value, ast.Name) and func.value.id in self.channel_names:
            # It may be the channel of this client.
            self._send_to_group(call)
            return True
        if not isinstance(func.value, ast.Call):
            return False
        meaning = self.module.meaning(func.value.func)
        if meaning == "channels.Group":
            self._group(call, func.attr, func.value)
            return True
        if meaning == "channels.Channel" and func.attr == "send":
            self._channel(call, func.value)
            return True
        return False

    def _channel(self, call: ast.Call, channel: ast.Call) -> None:
        self.check_immediate(call)
        if len(channel.args) != 1 or literal(channel.args[0]) is None:
            # It may be the channel of this client.
            self.events.setdefault(id(call), []).append("send")
            self.note_immediate(call)
        for argument in [*channel.args, *call.args, *call.keywords, *channel.keywords]:
            self.visit(argument)

    def _group(self, call: ast.Call, method: str, group: ast.Call) -> None:
        if len(group.args) != 1 or not self.is_own_layer(group.keywords):
            raise self.left(group, "it names a channel layer for the group")
        self.visit(group.args[0])
        if method == "send":
            self._send_to_group(call)
            if group.keywords:
                end = self.module.span(group.args[0])[1]
                self.result.edits.replace((end, self.module.span(group)[1]), ")")
            return
        self._check_member(call, method)
        self._join(call, method, group.args[0])

    def _group_variable(self, call: ast.Call, method: str, name: ast.Name) -> None:
        """Translate what is done with a group that a variable holds, which holds its name now."""
        if method != "send":
            self._check_member(call, method)
            self._join(call, method, name)
            return
        self._send_to_group(call)
        self.result.edits.replace_node(name, f"Group({name.id})")
        self.result.imports.add(("channels", "Group"))

    def _send_to_group(self, call: ast.Call) -> None:
        self.events.setdefault(id(call), []).append("send")
        self.note_immediate(call)
        for argument in [*call.args, *call.keywords]:
            self.visit(argument)

    def _kept_group(self, call: ast.Call, method: str, group: ast.expr) -> None:
        """Translate what is done with a group that a function of the project returns."""
        self.visit(group)
        if method == "send":
            self._send_to_group(call)
            return
        self._check_member(call, method)
        self._join(call, method, group, ".name")

    def _check_member(self, call: ast.Call, method: str) -> None:
        only = call.args[0] if len(call.args) == 1 and not call.keywords else None
        if method not in ("add", "discard") or only is None or not self.is_reply_channel(only):
            raise self.left(call, f"what it does with the group ({method}) is not known")

    def _join(self, call: ast.Call, method: str, name: ast.expr, suffix: str = "") -> None:
        """Write a call of a group's method as one of the layer."""
        self.events.setdefault(id(call), []).append("add" if method == "add" else "discard")
        edits, module = self.result.edits, self.module
        start, end = module.span(call)
        name_start, name_end = module.span(name)
        edits.replace((start, name_start), f"async_to_sync(self.channel_layer.group_{method})(")
        edits.replace((name_end, end), f"{suffix}, self.channel_name)")
        self.result.imports.add(("asgiref.sync", "async_to_sync"))

    def check_immediate(self, call: ast.Call) -> None:
        """Check that ``send`` gets nothing besides what is sent and ``immediately``."""
        for keyword in call.keywords:
            if keyword.arg != "immediately" or not isinstance(keyword.value, ast.Constant):
                raise self.left(call, "its arguments are not known")

    def note_immediate(self, call: ast.Call) -> None:
        """Note when 1.x sent what a call of ``send`` has: at once, or at the end."""
        self.check_immediate(call)
        if any(self._changes_later(each, call) for each in call.args):
            raise self.left(call, "it changes what it sends behind this, which 1.x sent at the end")
        is_now = any(keyword.value.value for keyword in call.keywords)  # type: ignore[attr-defined]
        self.events.setdefault(id(call), []).append("now" if is_now else "late")

    def _changes_later(self, content: ast.expr, call: ast.Call) -> bool:
        """Whether an item of what a variable holds is assigned behind the call that sends it."""
        name = content.id if isinstance(content, ast.Name) else ""
        stored = [each for each in ast.walk(self.function) if is_stored(each, name)]
        again: set[ast.AST] = set()
        for around in self.module.around(call):
            inside = {*ast.walk(around)} if isinstance(around, ast.For | ast.While) else set()
            if not any(isinstance(each, ast.Name) for each in inside.intersection(stored)):
                # It is no other dict each time.
                again |= inside
        changed = (each for each in stored if isinstance(each, ast.Subscript))
        return any(each.lineno > call.lineno or each in again for each in changed)

    def visit_channel(self, node: ast.expr) -> bool:
        """Translate a channel that a variable holds; return whether it is one."""
        calls = [call for each in self.channel_names.values() for call in each]
        if not isinstance(node, ast.Call) or node not in calls:
            return False
        for argument in node.args:
            self.visit(argument)
        return True

    def name_variable(self, node: ast.expr) -> None:
        """Have a variable hold the name of its group; read it where the group's name was read."""
        if isinstance(node, ast.Attribute):
            self.result.edits.replace_node(node, self.module.source(node.value))
            return
        assert isinstance(node, ast.Call)
        if not self.is_own_layer(node.keywords):
            raise self.left(node, "it names a channel layer for the group")
        self.visit(node.args[0])
        for span, text in name_spans(self.module, node):
            self.result.edits.replace(span, text)

    def is_sending(self, node: ast.Call) -> bool:
        """Whether a call may send to a group."""
        name = getattr(node.func, "attr", getattr(node.func, "id", None))
        # A class of 1.x sends to groups, too.
        return name in self.facts.sending or name in _SENDING


def is_stored(node: ast.AST, name: str) -> bool:
    """Whether a node assigns a variable, or an item of what it holds.

    Args:
        node: The node.
        name: The name of the variable.
    """
    if not isinstance(node, ast.Name | ast.Subscript) or isinstance(node.ctx, ast.Load):
        return False
    variable = node.value if isinstance(node, ast.Subscript) else node
    return isinstance(variable, ast.Name) and variable.id == name
