"""Translates a method of a class-based consumer of 1.x to one of a modern consumer."""

from __future__ import annotations

import ast
from collections.abc import Collection

from ...sources.module import Module
from ..functions.facts import Facts
from ..functions.order import Event
from ..functions.reading import inner_arguments
from .calls import AnswersBehind, CallTranslator, Consumer, Outcomes
from .dispatching import FRAMEWORK, MODERN, calls_of_kept, prefix_of

_BOTH = {"encode_json", "decode_json", "groups"}
_CLOSE = "channels.exceptions.WebsocketCloseException"
_SAYING = {"accept", "reply", "close"}
_DYNAMIC = {"getattr", "setattr", "hasattr", "delattr", "vars"}


class MethodTranslator(CallTranslator):
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
        super().__init__(module, method, facts, message, consumer)
        if method.name not in ("connect", "receive", "disconnect"):
            # Its keyword arguments are its own.
            self.url_arguments = ""
        # Arguments that have other names in a modern consumer.
        self.renamed: dict[str, str] = {}
        # Whether others call it behind a send to a group.
        self.comes_behind = False
        # The calls that find a method by the beginning of its name, by the variables that hold it.
        self._found: dict[str, ast.Call] = {}

    def check_names(self) -> None:
        """Check that the method uses no name for something else that its translation needs."""
        taken = {"async_to_sync", "text_data", "bytes_data", "Group", "Channel"}
        arguments = {each.arg for each in ast.walk(self.function) if isinstance(each, ast.arg)}
        taken |= self.name_code(self.stored_names | arguments)
        known = {"self", self.message, self.url_arguments, *self.renamed} - {""}
        if clash := sorted(known & inner_arguments(self.function)):
            raise self.left(self.function, f"a function in it has an argument {clash[0]!r}, too")
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
            self.close_by_exception(node)
        else:
            super().visit(node)

    def visit_expression(self, node: ast.expr) -> bool:
        """Translate a use of ``self`` or of the message; return whether the node is done with."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if _is_self(node.func.value) and self._call(node, node.func.attr):
                return True
            if _is_super(node.func.value):
                self.call_super(node, node.func)
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

    def all_followers(self) -> set[int]:
        """Return all its replies, if others call it behind a send to a group."""
        return set(self.may_follow) if self.comes_behind else set()

    @property
    def can_come_behind(self) -> bool:
        """Whether it answers, and each of its answers can be sent behind others."""
        done = [*self.events.items()]
        for where in (self.outcomes, self.choices):
            done += [(number, events) for number, ways in where.items() for events in ways]
        says = {number for number, events in done if {*events} & _SAYING}
        return bool(says) and says <= self.may_follow

    def outcomes_of(self, events: list[Event]) -> Outcomes:
        """Return what has happened where the method ends, each way, once it is translated.

        Args:
            events: What it does, in the order of the code.
        """
        exits = sorted(map(sorted, self.order.exits))
        return [[event for event in dict.fromkeys(events) if event in each] for each in exits]

    def _is_dispatch(self, call: ast.Call) -> bool:
        """Translate a call that finds a method by its name, or one of what was found."""
        if isinstance(call.func, ast.Name) and call.func.id in self._found:
            self._call_found(call, self._found[call.func.id])
            return False
        if isinstance(call.func, ast.Call) and prefix_of(call.func):
            self._call_found(call, call.func)
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
            self._found[name.id] = call
        for argument in call.args[1 : 2 if self._default_of(call) else 3]:
            self.visit(argument)
        return True

    def _count_stores(self, name: str) -> int:
        return sum(
            isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
            for node in ast.walk(self.function)
        )

    def _default_of(self, search: ast.Call) -> str:
        """The method of the class that a ``getattr`` returns where it finds nothing, or ``""``."""
        default = search.args[2] if len(search.args) > 2 else None
        is_own = isinstance(default, ast.Attribute) and _is_self(default.value)
        name = default.attr if isinstance(default, ast.Attribute) and is_own else ""
        return name if name in self.consumer.attributes else ""

    def _call_found(self, call: ast.Call, search: ast.Call) -> None:
        """Note what a call of a method does of which only the beginning of its name is known."""
        prefix, default = prefix_of(search), self._default_of(search)
        names = {each for each in self.consumer.attributes if each.startswith(prefix)}
        self._run(call, names | ({default} if default else set()))

    def _run(self, call: ast.Call, names: Collection[str]) -> None:
        """Note what a call does that runs one of some methods of the class."""
        events = {name: self.consumer.events_of(name, call) for name in sorted(names)}
        if len(events) == 1:
            self.events.setdefault(id(call), []).extend(*events.values())
        else:
            self.outcomes[id(call)] = [*events.values(), []]
        answering = [name for name, found in events.items() if "reply" in found]
        if answering and all(self.consumer.can_come_behind(name, call) for name in answering):
            self.may_follow.add(id(call))
        if id(call) in self.followers:
            raise AnswersBehind(answering)

    def content(self, node: ast.expr, key: str, may_be_missing: bool) -> None:
        """Translate a read of a key of the message."""
        is_frame = key == "text" and self.function.name == "receive" and self.consumer.is_mapped
        if (key == "text" and not is_frame) or (
            key == "code" and self.function.name != "disconnect"
        ):
            raise self.left(node, f"the message's {key!r} is not at hand in this method")
        super().content(node, key, may_be_missing)

    def _attribute(self, node: ast.Attribute) -> None:
        name = node.attr
        if name in ("path", "kwargs") and not isinstance(node.ctx, ast.Load):
            raise self.left(node, f"it assigns to self.{name}")
        if name == "path":
            self.result.edits.replace_node(node, 'self.scope["path"]')
        elif name == "kwargs":
            if not self._is_read_only(node):
                raise self.left(node, "it may change self.kwargs, which 1.x made for each message")
            self.result.edits.replace_node(node, 'self.scope["url_route"]["kwargs"]')
        elif name in MODERN:
            raise self.left(node, f"self.{name} is something else in a modern consumer")
        elif isinstance(node.ctx, ast.Load):
            if name == "groups" and not self._is_same_groups():
                raise self.left(node, "self.groups has what connection_groups() returned now")
            if name in self.consumer.assigned - self.consumer.attributes and self._may_miss(node):
                raise self.left(node, f"it catches that self.{name} is missing in a new instance")
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

    def _is_same_groups(self) -> bool:
        """Whether ``self.groups`` is what the class says."""
        if "connection_groups" not in self.consumer.attributes:
            return True
        is_once = "connection_groups" not in self.consumer.read
        return is_once and self.function.name == "connection_groups"

    def _is_read_only(self, node: ast.Attribute) -> bool:
        """Whether a dict is looked up in, gone through or handed on."""
        parent = self.parents[id(node)]
        if isinstance(parent, ast.Attribute):
            return parent.attr in {"get", "items", "keys", "values", "copy"}
        if isinstance(parent, ast.Subscript):
            return isinstance(parent.ctx, ast.Load)
        return not isinstance(parent, ast.Assign | ast.AnnAssign | ast.NamedExpr)

    def _may_miss(self, node: ast.Attribute) -> bool:
        """Whether a method catches that an attribute has not been assigned for this message."""
        caught: list[ast.Try] = []
        child: ast.AST = node
        for around in self._around(node):
            if isinstance(around, ast.Try) and child in around.body:
                caught += [around] if any(map(_catches_all, around.handlers)) else []
            child = around
        if not caught:
            return False
        place = node.lineno, node.col_offset
        for each in ast.walk(self.function):
            if not isinstance(each, ast.Attribute) or not _is_self(each.value):
                continue
            is_above = (each.lineno, each.col_offset) < place
            is_stored = each.attr == node.attr and isinstance(each.ctx, ast.Store)
            if is_above and (is_stored or each.attr in self.consumer.attributes):
                return False
        return True

    def _call(self, call: ast.Call, name: str) -> bool:
        """Translate a call of a method of ``self``; return whether the node is done with."""
        if name == "send":
            self.call_send(call)
            if id(call) in self.followers:
                return True
        elif name == "close":
            self.call_close(call)
        elif name == "group_send":
            self.call_group_send(call)
            return True
        elif name in ("connect", "receive", "disconnect"):
            raise self.left(call, f"it calls self.{name}() itself")
        elif name in self.consumer.attributes:
            self._run(call, [name])
        elif name not in _BOTH | self.consumer.assigned:
            raise self.left(call, f"what self.{name}() does is not known")
        for argument in [*call.args, *call.keywords]:
            self.visit(argument)
        return True

    def _is_close(self, node: ast.expr | None) -> bool:
        return isinstance(node, ast.Call) and self.module.meaning(node.func) == _CLOSE


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


def _catches_all(node: ast.ExceptHandler) -> bool:
    return node.type is None or "Exception'" in ast.dump(node.type)
