"""Translates the calls in a method of a consumer: its own sends, and what it overrides."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from typing import Protocol

from ...sources.edits import line_end_of
from ...sources.module import Module
from ..functions.facts import FRAME, Facts
from ..functions.message import Translator
from ..functions.order import Event
from ..refusal import NOTE
from .super_calls import own_arguments

# What has happened where a method ends, each way.
Outcomes = list[list[Event]]


class AnswersBehind(Exception):
    """Methods are called behind a send to a group, so what they answer has to come behind it.

    Args:
        names: The names of the methods.
    """

    def __init__(self, names: Collection[str]) -> None:
        self.names = names
        super().__init__(", ".join(sorted(names)))


class Overridden(Protocol):
    """A method that another one overrides, and calls."""

    @property
    def node(self) -> ast.FunctionDef:
        """The method."""
        raise NotImplementedError

    @property
    def events(self) -> list[Event]:
        """What it does, in the order of the code."""
        raise NotImplementedError

    @property
    def outcomes(self) -> Outcomes:
        """What has happened where it ends, each way."""
        raise NotImplementedError

    @property
    def stops(self) -> bool:
        """Whether it has closed with an exception, and returns now."""
        raise NotImplementedError


class Consumer(Protocol):
    """What a method needs to know of its class."""

    is_json: bool
    is_mapped: bool
    attributes: set[str]
    assigned: set[str]
    read: set[str]

    def events_of(self, name: str, node: ast.expr) -> list[Event]:
        """Return what a method of the class does."""
        raise NotImplementedError

    def can_come_behind(self, name: str, node: ast.expr) -> bool:
        """Whether a method answers, and each of its answers can be sent behind others."""
        raise NotImplementedError

    def behind(self, function: ast.FunctionDef, name: str, node: ast.expr) -> Overridden | None:
        """Return the method of the project that ``super()`` finds in a method, or ``None``."""
        raise NotImplementedError


class CallTranslator(Translator):
    """Translates calls of what 1.x's generic consumers have.

    Args:
        module: The module of the class.
        method: The method.
        facts: What is known about it; its handler is ``"receive"`` for a method of the class's own.
        message: The name of the argument that is the message, or ``None``.
        consumer: The class.
    """

    def __init__(
        self,
        module: Module,
        method: ast.FunctionDef,
        facts: Facts,
        message: str | None,
        consumer: Consumer,
    ) -> None:
        super().__init__(module, method, facts)
        self.message = message or ""
        self.consumer = consumer
        # The arguments of the URL that the method handed on to one that it overrides.
        self.dropped: set[int] = set()
        # Whether it closes with an exception, which is a return now.
        self.stops = False

    def call_send(self, call: ast.Call) -> None:
        """Translate ``self.send(...)``."""
        names = {"content", "close"} if self.consumer.is_json else {"text", "bytes", "close"}
        given = {each.arg: each.value for each in call.keywords}
        close = given.get("close")
        count = len(call.args) + len(given.keys() - {"close"})
        # Where there is a text, the bytes are not looked at: in 1.x, and today.
        is_both = given.keys() >= {"text", "bytes"} and not call.args
        is_plain = (count == 1 or is_both) and given.keys() <= names
        if not is_plain or any(isinstance(each, ast.Starred) for each in call.args):
            raise self.left(call, "the arguments of self.send() are not known")
        if close is not None and not (
            isinstance(close, ast.Constant) and close.value in (True, False)
        ):
            raise self.left(call, "the close code is not known")
        if close is None and (call.args or given.keys() & {"text", "content"}):
            self.may_follow.add(id(call))
        events, edits = self.events.setdefault(id(call), []), self.result.edits
        if id(call) in self.followers:
            text = self.rendered([*call.args, *given.values()][0])
            text = f"self.encode_json({text})" if self.consumer.is_json else text
            edits.replace_node(call, self.behind(text))
            events += ["late", "behind"]
            return
        closes = isinstance(close, ast.Constant) and close.value is True
        events += ["late", "reply", "close"] if closes else ["late", "reply"]
        if self.consumer.is_json:
            edits.replace_node(call.func, "self.send_json")
        for each in call.keywords:
            if each.arg in ("text", "bytes"):
                start = self.module.offset(each.lineno, each.col_offset)
                edits.replace((start, start + len(each.arg)), FRAME[each.arg])

    def call_close(self, call: ast.Call) -> None:
        """Translate ``self.close(...)``."""
        codes = [*call.args, *(each.value for each in call.keywords if each.arg == "status")]
        if len(codes) < len(call.args) + len(call.keywords) or len(codes) > 1:
            raise self.left(call, "the arguments of self.close() are not known")
        for keyword in call.keywords:
            start = self.module.offset(keyword.lineno, keyword.col_offset)
            self.result.edits.replace((start, start + len("status")), "code")
        for code in codes:
            is_known = isinstance(code, ast.Name | ast.Attribute) or (
                isinstance(code, ast.Constant) and isinstance(code.value, int) and code.value
            )
            if not is_known:
                raise self.left(call, "the close code is not known")
        self.events.setdefault(id(call), []).extend(["late", "close"])

    def call_group_send(self, call: ast.Call) -> None:
        """Translate ``self.group_send(...)``."""
        given = {each.arg: each.value for each in call.keywords}
        values = [*call.args, *(given.get(key) for key in given)]
        second = "content" if self.consumer.is_json else "text"
        known = len(values) == 2 and len(call.args) >= 1 and given.keys() <= {second}
        content = values[1] if known else None
        if content is None:
            raise self.left(call, "the arguments of self.group_send() are not known")
        text = self.rendered(content)
        if self.consumer.is_json:
            text = f"self.encode_json({text})"
        name = self.rendered(call.args[0])
        self.events.setdefault(id(call), []).extend(["late", "send"])
        self.result.edits.replace_node(call, f'Group({name}).send({{"text": {text}}})')
        self.result.imports.add(("channels", "Group"))

    def call_super(self, call: ast.Call, func: ast.Attribute) -> None:
        """Translate a call of a method on ``super()``."""
        name, edits = func.attr, self.result.edits
        is_own = name == self.function.name
        base = self.consumer.behind(self.function, name, call) if is_own else None
        if not is_own or (base is None and name not in ("connect", "disconnect")):
            raise self.left(call, f"it calls {name}() of its base class")
        if base is not None and name not in ("connect", "receive", "disconnect"):
            self.events.setdefault(id(call), []).extend(base.events)
            for argument in [*call.args, *call.keywords]:
                self.visit(argument)
            return
        if base is not None:
            self.outcomes[id(call)] = base.outcomes
            self.stops |= base.stops
            if base.stops and not self._is_last(call):
                raise self.left(call, f"an exception of {name}() of its base class ends it")
        elif name == "connect":
            self.events.setdefault(id(call), []).append("accept")
        node, is_json = base.node if base else None, self.consumer.is_json
        kept = own_arguments(call, self.function, node, self.stored_names, is_json)
        if kept is None or (name != "receive" and not (kept and self._is_first(kept[0]))):
            raise self.left(call, f"what it calls {name}() of its base class with is not known")
        every = [*call.args, *call.keywords]
        self.dropped |= {id(getattr(each, "value", each)) for each in every if each not in kept}
        arguments = {"connect": "", "disconnect": self.code}.get(name)
        if arguments is None:
            arguments = ", ".join(map(self._argument, kept))
        start, end = self.module.span(call)
        method = "receive_json" if name == "receive" and is_json else name
        text = f"{self.module.source(func.value)}.{method}({arguments})"
        if name == "connect" and base is None and self.facts.notes_acceptance:
            self._note_behind(call, text)
        else:
            edits.replace((start, end), text)

    def _around(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield what is around a node in the method."""
        around = self.parents.get(id(node))
        while around is not None and around is not self.function:
            yield around
            around = self.parents.get(id(around))

    def _is_last(self, call: ast.Call) -> bool:
        """Whether nothing is done behind a call."""
        around = [*self._around(call)]
        is_plain = not any(isinstance(each, ast.Try | ast.With | ast.For) for each in around)
        is_end = isinstance(around[0], ast.Return) or around[0] is self.function.body[-1]
        return is_plain and is_end

    def _is_first(self, node: ast.AST) -> bool:
        return isinstance(node, ast.expr) and self.is_message(node)

    def _argument(self, node: ast.expr | ast.keyword) -> str:
        """An argument for the overridden method, translated."""
        if isinstance(node, ast.keyword):
            return f"{FRAME[node.arg or '']}={self.rendered(node.value)}"
        return self.rendered(node)

    def _note_behind(self, call: ast.Call, text: str) -> None:
        """Write a call that accepts, with the note of it on the next line."""
        statement = self.parents[id(call)]
        first = self.module.span(statement)[0] if isinstance(statement, ast.stmt) else 0
        indent = self.module.text[self.module.line_start(first) : first]
        lines = [text, NOTE] if isinstance(statement, ast.Expr) else [text, NOTE, "return"]
        if indent.strip() or not isinstance(statement, ast.Expr | ast.Return):
            raise self.left(call, "it stands on a line with other code")
        between = f"{line_end_of(self.module.text)}{indent}"
        self.result.edits.replace_node(statement, between.join(lines))

    def close_by_exception(self, node: ast.Raise) -> None:
        """Translate ``raise WebsocketCloseException(...)``, which closes the connection."""
        call = node.exc
        assert isinstance(call, ast.Call)
        around = [*self._around(node)]
        is_caught = any(isinstance(each, ast.Try | ast.With | ast.FunctionDef) for each in around)
        is_handler = self.function.name in ("connect", "receive", "disconnect")
        if is_caught or not is_handler or len(call.args) != 1 or call.keywords:
            raise self.left(node, "where the exception is caught is not known")
        self.stops = True
        code = self.rendered(call.args[0])
        start, _ = self.module.span(node)
        indent = self.module.text[self.module.line_start(start) : start]
        if indent.strip():
            raise self.left(node, "it stands on a line with other code")
        self.events.setdefault(id(call), []).append("close")
        end = line_end_of(self.module.text)
        self.result.edits.replace_node(node, f"self.close({code}){end}{indent}return")
