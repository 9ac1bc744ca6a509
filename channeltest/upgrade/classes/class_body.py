"""What one class of a consumer says in its body: methods, attributes, and what it asks for."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

from ...sources.literals import literal
from ...sources.module import Module
from .. import refusal
from ..outcome import Left
from ..routes import WEBSOCKET_CHANNELS
from .dispatching import MODERN

# Attributes that asked for what a modern consumer always has.
_ASKING = {
    "http_user",
    "http_user_and_session",
    "channel_session",
    "channel_session_user",
    "strict_ordering",
}
_UNKNOWN_METHODS = {
    "raw_connect", "raw_receive", "raw_disconnect", "get_handler", "dispatch", "as_route",
    "channel_names", "send", "group_send", "close", "__init__",
}  # fmt: skip
# What the generic consumers call, on an instance.
_CALLED = {"connect", "receive", "disconnect", "connection_groups"}
_PLAIN_DECORATORS = {"staticmethod", "classmethod", "property"}


class ClassBody:
    """The body of a consumer, or of a class that consumers derive from.

    Args:
        module: The module.
        node: The class.

    Attributes:
        module: The same.
        node: The same.
        methods: The methods that it defines.
        attributes: The names that it defines.
        assigned: The attributes that its methods assign.
        read: The attributes that its methods read, or call.
        settings: What it asks for, such as ``http_user``.
        removed: The statements that a modern consumer does not need.
        is_ordered: Whether it asks for frames in their order, as modern consumers get them.
        mapping: Its ``method_mapping``, from channels to methods; ``None`` if it has none.
        renamed: The handlers among its methods that had other names.

    Raises:
        Left: Something in it is not understood.
    """

    def __init__(self, module: Module, node: ast.ClassDef) -> None:
        self.module, self.node = module, node
        self.methods: dict[str, ast.FunctionDef] = {}
        self.attributes: set[str] = set()
        self.settings: dict[str, bool] = {}
        self.removed: list[ast.stmt] = []
        self.is_ordered = False
        self.mapping: dict[str, str] | None = None
        for statement in node.body:
            self._read(statement)
        self.renamed = [*self._map()]
        own = [
            each
            for each in ast.walk(node)
            if isinstance(each, ast.Attribute)
            and isinstance(each.value, ast.Name)
            and each.value.id == "self"
        ]
        self.assigned = {each.attr for each in own if isinstance(each.ctx, ast.Store)}
        self.read = {each.attr for each in own if isinstance(each.ctx, ast.Load)}

    @property
    def leaves(self) -> bool:
        """Whether it does something when a client leaves."""
        return refusal.matters(self.methods.get("disconnect"))

    def left(self, node: ast.expr | ast.stmt, reason: str) -> Left:
        """Return why the consumer is left alone."""
        return Left(self.module, node, reason)

    def _read(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            return
        if isinstance(statement, ast.FunctionDef):
            self._read_method(statement)
        elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            self._read_attribute(statement, statement.targets[0].id)
        elif not isinstance(statement, ast.Pass):
            raise self.left(statement, "what this statement does in the class is not known")

    def _map(self) -> Iterator[ast.FunctionDef]:
        """Give the methods of the mapping the names of handlers; yield those that had others."""
        for channel, name in (self.mapping or {}).items():
            _, _, handler = channel.rpartition(".")
            method = self.methods.get(name)
            is_known = channel in WEBSOCKET_CHANNELS and method is not None
            if not is_known or method is None or [*self.mapping.values()].count(name) > 1:  # type: ignore[union-attr]
                raise self.left(self.node, f"what it does with messages on {channel} is not known")
            if name == handler:
                continue
            uses = [each for each in ast.walk(self.node) if getattr(each, "attr", "") == name]
            if uses or handler in self.attributes:
                raise self.left(
                    method, f"{name}() becomes {handler}(), and more than a route uses it"
                )
            del self.methods[name]
            self.attributes = self.attributes - {name} | {handler}
            self.methods[handler] = copy.copy(method)
            self.methods[handler].name = handler
            yield self.methods[handler]

    def _read_attribute(self, statement: ast.Assign, name: str) -> None:
        value = statement.value
        if name == "method_mapping":
            pairs = (
                zip(value.keys, value.values, strict=True) if isinstance(value, ast.Dict) else ()
            )
            self.mapping = {literal(key) or "": literal(each) or "" for key, each in pairs}
            self.removed.append(statement)
            return
        if name in _ASKING or name == "slight_ordering":
            if not isinstance(value, ast.Constant) or not isinstance(value.value, bool):
                raise self.left(statement, f"{name} is not known")
            if name == "slight_ordering" and value.value:
                raise self.left(statement, f"{name} was an error in Channels 1.1")
            self.is_ordered |= name == "strict_ordering" and value.value
            self.settings[name] = value.value
            self.removed.append(statement)
            return
        if name in MODERN:
            raise self.left(statement, f"{name} is something else in a modern consumer")
        used = {each.id for each in ast.walk(value) if isinstance(each, ast.Name)}
        if name in _CALLED or used & self.methods.keys():
            raise self.left(statement, "it gives a method another name")
        if len(statement.targets) > 1:
            raise self.left(statement, "what this statement does in the class is not known")
        self.attributes.add(name)

    def _read_method(self, method: ast.FunctionDef) -> None:
        name = method.name
        if name in MODERN:
            raise self.left(method, f"{name}() is something else in a modern consumer")
        if name in _UNKNOWN_METHODS:
            raise self.left(method, f"it defines {name}() itself")
        decorators = {each.id for each in method.decorator_list if isinstance(each, ast.Name)}
        if len(decorators) < len(method.decorator_list) or decorators - _PLAIN_DECORATORS:
            raise self.left(method, f"what the decorators of {name}() do is not known")
        if name == "groups" or (decorators and name in _CALLED):
            raise self.left(method, f"{name}() is called in another way by a modern consumer")
        first = method.args.args[0].arg if method.args.args else ""
        if decorators <= {"property"} and first != "self":
            raise self.left(method, f"the first argument of {name}() is not called self")
        self.methods[name] = method
        self.attributes.add(name)
