"""Translates a method of a class-based consumer of 1.x to one of a modern consumer."""

from __future__ import annotations

import ast
from collections.abc import Collection
from typing import Protocol

from ...sources.edits import line_end_of
from ...sources.module import Module
from ..functions.facts import FRAME, Facts
from ..functions.message import Translator
from ..functions.order import Event
from ..refusal import NOTE
from .dispatching import FRAMEWORK, calls_of_kept, prefix_of

# What a modern consumer has under these names is something else.
MODERN = {
    "scope", "channel_layer", "channel_name", "channel_receive", "base_send", "dispatch", "accept",
    "send_json", "receive_json", "websocket_connect", "websocket_receive", "websocket_disconnect",
}  # fmt: skip
_BOTH = {"encode_json", "decode_json", "groups"}
_CLOSE = "channels.exceptions.WebsocketCloseException"
_DYNAMIC = {"getattr", "setattr", "hasattr", "delattr", "vars"}


class Consumer(Protocol):
    """What a method needs to know of its class."""

    is_json: bool
    attributes: set[str]
    assigned: set[str]

    def events_of(self, name: str, node: ast.expr) -> list[Event]:
        """Return what a method of the class does."""
        raise NotImplementedError


class MethodTranslator(Translator):
    """Translates the body of one method.

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
        if method.name not in ("connect", "receive", "disconnect"):
            # Its keyword arguments are its own.
            self.url_arguments = ""
        # Arguments that have other names in a modern consumer.
        self.renamed: dict[str, str] = {}
        # Variables that hold a method which was found by the beginning of its name.
        self._found: dict[str, str] = {}

    def check_names(self) -> None:
        """Check that the method uses no name for something else that its translation needs."""
        taken = {"async_to_sync", "code", "text_data", "bytes_data", "Group", "Channel"}
        if clash := sorted(taken & self.stored_names):
            raise self.left(self.function, f"it has a name {clash[0]!r}, which the method needs")

    def is_message(self, node: ast.AST) -> bool:
        """Whether a node is the message: the argument, or ``self.message``."""
        if super().is_message(node):
            return True
        return isinstance(node, ast.Attribute) and node.attr == "message" and _is_self(node.value)

    def is_replaced(self, node: ast.AST) -> bool:
        """Whether a node has another name in a modern consumer."""
        is_url = isinstance(node, ast.Attribute) and node.attr in ("path", "kwargs")
        is_renamed = isinstance(node, ast.Name) and node.id in self.renamed
        return is_url or is_renamed or super().is_replaced(node)

    def visit(self, node: ast.AST) -> None:
        """Translate a node and what is in it."""
        if isinstance(node, ast.Return):
            # What a method returns goes to other methods only.
            if node.value is not None:
                self.visit(node.value)
        elif isinstance(node, ast.ExceptHandler) and _catches_attribute_error(node):
            raise self.left(
                node.body[0], "it catches an AttributeError, perhaps of its own attributes"
            )
        elif isinstance(node, ast.Raise) and self._is_close(node.exc):
            self._close_by_exception(node)
        else:
            super().visit(node)

    def visit_expression(self, node: ast.expr) -> bool:
        """Translate a use of ``self`` or of the message; return whether the node is done with."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if _is_self(node.func.value) and self._call(node, node.func.attr):
                return True
            if _is_super(node.func.value):
                self._call_super(node, node.func)
                return True
        if isinstance(node, ast.Name) and node.id in self.renamed:
            self.result.edits.replace_node(node, self.renamed[node.id])
            return True
        if isinstance(node, ast.Call) and self._is_dispatch(node):
            return True
        if isinstance(node, ast.Name) and node.id in _DYNAMIC:
            raise self.left(node, f"it finds attributes by their names, with {node.id}()")
        if _is_self(node):
            raise self.left(node, "it hands itself to something else")
        if isinstance(node, ast.Attribute) and _is_self(node.value) and node.attr != "message":
            self._attribute(node)
            return True
        return super().visit_expression(node)

    def _is_dispatch(self, call: ast.Call) -> bool:
        """Translate a call that finds a method by its name, or one of what was found."""
        if isinstance(call.func, ast.Name) and call.func.id in self._found:
            self._call_found(call, self._found[call.func.id])
            return False
        if isinstance(call.func, ast.Call) and (prefix := prefix_of(call.func)):
            self._call_found(call, prefix)
            return False
        prefix = prefix_of(call)
        if not prefix:
            return False
        parent = self.parents[id(call)]
        names = parent.targets if isinstance(parent, ast.Assign) else []
        is_called = isinstance(parent, ast.Call) and parent.func is call
        if not is_called and not (len(names) == 1 and isinstance(names[0], ast.Name)):
            raise self.left(call, "what it does with the method that it finds is not known")
        if any(name.startswith(prefix) for name in FRAMEWORK):
            raise self.left(call, f"a modern consumer has methods {prefix}… of its own")
        for name in names:
            assert isinstance(name, ast.Name)
            if self._count_stores(name.id) > 1:
                raise self.left(call, f"{name.id} is assigned twice")
            self._found[name.id] = prefix
        for argument in call.args[1:]:
            self.visit(argument)
        return True

    def _count_stores(self, name: str) -> int:
        return sum(
            isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
            for node in ast.walk(self.function)
        )

    def _call_found(self, call: ast.Call, prefix: str) -> None:
        """Note what a call of a method does of which only the beginning of its name is known."""
        found = [
            event
            for name in sorted(self.consumer.attributes)
            if name.startswith(prefix)
            for event in self.consumer.events_of(name, call)
        ]
        self.events.setdefault(id(call), []).extend(found)

    def content(self, node: ast.expr, key: str, may_be_missing: bool) -> None:
        """Translate a read of a key of the message."""
        if key == "text" or (key == "code" and self.function.name != "disconnect"):
            raise self.left(node, f"the message's {key!r} is not at hand in this method")
        super().content(node, key, may_be_missing)

    def _attribute(self, node: ast.Attribute) -> None:
        name = node.attr
        if name in ("path", "kwargs") and not isinstance(node.ctx, ast.Load):
            raise self.left(node, f"it assigns to self.{name}")
        if name == "path":
            self.result.edits.replace_node(node, 'self.scope["path"]')
        elif name == "kwargs":
            self.result.edits.replace_node(node, 'self.scope["url_route"]["kwargs"]')
        elif name in MODERN:
            raise self.left(node, f"self.{name} is something else in a modern consumer")
        elif isinstance(node.ctx, ast.Load):
            if name not in self.consumer.attributes | self.consumer.assigned | _BOTH:
                raise self.left(node, f"what self.{name} is is not known")
            # Whoever has a method may call it from here on.
            parent, found = self.parents[id(node)], self.consumer.events_of(name, node)
            if isinstance(parent, ast.Dict):
                calls = calls_of_kept(self.function, parent, self.parents)
                for place in map(id, calls) if calls else [id(parent)]:
                    self.choices.setdefault(place, []).append(found)
            else:
                self.events.setdefault(id(node), []).extend(found)
        elif name in self.consumer.attributes | _BOTH:
            reason = f"it assigns to self.{name}, which 1.x set back for each message"
            raise self.left(node, reason)

    def _call(self, call: ast.Call, name: str) -> bool:
        """Translate a call of a method of ``self``; return whether the node is done with."""
        if name == "send":
            self._send(call)
            if id(call) in self.followers:
                return True
        elif name == "close":
            self._close(call)
        elif name == "group_send":
            self._group_send(call)
            return True
        elif name in ("connect", "receive", "disconnect"):
            raise self.left(call, f"it calls self.{name}() itself")
        elif name in self.consumer.attributes:
            self.events.setdefault(id(call), []).extend(self.consumer.events_of(name, call))
        elif name not in _BOTH | self.consumer.assigned:
            raise self.left(call, f"what self.{name}() does is not known")
        for argument in [*call.args, *call.keywords]:
            self.visit(argument)
        return True

    def _send(self, call: ast.Call) -> None:
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
            events += ["late", "send"]
            return
        closes = isinstance(close, ast.Constant) and close.value is True
        events += ["late", "reply", "close"] if closes else ["late", "reply"]
        if self.consumer.is_json:
            edits.replace_node(call.func, "self.send_json")
        for each in call.keywords:
            if each.arg in ("text", "bytes"):
                start = self.module.offset(each.lineno, each.col_offset)
                edits.replace((start, start + len(each.arg)), FRAME[each.arg])

    def _close(self, call: ast.Call) -> None:
        if call.keywords or len(call.args) > 1:
            raise self.left(call, "the arguments of self.close() are not known")
        for code in call.args:
            is_known = isinstance(code, ast.Name | ast.Attribute) or (
                isinstance(code, ast.Constant) and isinstance(code.value, int) and code.value
            )
            if not is_known:
                raise self.left(call, "the close code is not known")
        self.events.setdefault(id(call), []).extend(["late", "close"])

    def _group_send(self, call: ast.Call) -> None:
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

    def _call_super(self, call: ast.Call, func: ast.Attribute) -> None:
        name = func.attr
        if name != self.function.name or name not in ("connect", "disconnect"):
            raise self.left(call, f"it calls {name}() of its base class")
        if name == "connect":
            self.events.setdefault(id(call), []).append("accept")
        _, start = self.module.span(func)
        text = "(code)" if name == "disconnect" else "()"
        if name == "connect" and self.facts.notes_acceptance:
            statement = self.parents[id(call)]
            first = self.module.span(call)[0]
            indent = self.module.text[self.module.line_start(first) : first]
            if not isinstance(statement, ast.Expr) or indent.strip():
                raise self.left(call, "it stands on a line with other code")
            text += f"{line_end_of(self.module.text)}{indent}{NOTE}"
        self.result.edits.replace((start, self.module.span(call)[1]), text)

    def _is_close(self, node: ast.expr | None) -> bool:
        return isinstance(node, ast.Call) and self.module.meaning(node.func) == _CLOSE

    def _close_by_exception(self, node: ast.Raise) -> None:
        call = node.exc
        assert isinstance(call, ast.Call)
        around = self.parents.get(id(node))
        while around is not None and not isinstance(around, ast.Try):
            around = self.parents.get(id(around))
        is_handler = self.function.name in ("connect", "receive", "disconnect")
        if around is not None or not is_handler or len(call.args) != 1 or call.keywords:
            raise self.left(node, "where the exception is caught is not known")
        code = self.rendered(call.args[0])
        start, _ = self.module.span(node)
        indent = self.module.text[self.module.line_start(start) : start]
        if indent.strip():
            raise self.left(node, "it stands on a line with other code")
        self.events.setdefault(id(call), []).append("close")
        end = line_end_of(self.module.text)
        self.result.edits.replace_node(node, f"self.close({code}){end}{indent}return")


def unknown_of_class(method: ast.FunctionDef, attributes: Collection[str]) -> str | None:
    """Return what a class method uses of its class that is not known, as a reason, or ``None``.

    Args:
        method: The method, which may be no class method.
        attributes: What the class defines.
    """
    decorators = {each.id for each in method.decorator_list if isinstance(each, ast.Name)}
    if "classmethod" not in decorators or not method.args.args:
        return None
    name = method.args.args[0].arg
    for node in ast.walk(method):
        value = node.value if isinstance(node, ast.Attribute) else None
        if not isinstance(node, ast.Attribute) or not isinstance(value, ast.Name):
            continue
        if value.id == name and node.attr not in attributes:
            return f"what {name}.{node.attr} is is not known"
    return None


def _is_self(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def _is_super(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"
    )


def _catches_attribute_error(node: ast.ExceptHandler) -> bool:
    return node.type is not None and "AttributeError" in ast.dump(node.type)
