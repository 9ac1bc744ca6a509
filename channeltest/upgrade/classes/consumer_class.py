"""Translates a class-based consumer of 1.x, in its place."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection

from ...sources.edits import Edits
from ...sources.module import Module
from .. import refusal
from ..functions.facts import FRAME, Facts
from ..functions.handlers import HANDLER, add_handler
from ..functions.order import Event
from ..functions.url_arguments import argument_lines
from ..outcome import Left
from .class_text import ClassText
from .method import MODERN, MethodTranslator, unknown_of_class

_HANDLERS = ("connect", "receive", "disconnect")
# Attributes that asked for what a modern consumer always has.
_ASKING = {
    "http_user",
    "http_user_and_session",
    "channel_session",
    "channel_session_user",
    "strict_ordering",
}
_UNKNOWN = {"slight_ordering", "method_mapping"}
_UNKNOWN_METHODS = {
    "raw_connect", "raw_receive", "raw_disconnect", "get_handler", "dispatch", "as_route",
    "channel_names", "send", "group_send", "close", "__init__",
}  # fmt: skip


_PLAIN_DECORATORS = {"staticmethod", "classmethod", "property"}


class ConsumerClass:
    """A class-based consumer whose base is one of 1.x's generic consumers.

    Args:
        module: The module.
        node: The class.
        is_json: Whether its base is ``JsonWebsocketConsumer``.
        sending: The names of functions that may send to groups.
        groups: The names of functions and properties that return a group.
        paths: The path filters of its routes, and those of its subclasses.
        parent: The consumer of the project that it derives from, or ``None``.

    Attributes:
        is_json: The same.
        edits: The changes of the class, but for its base.
        imports: What it needs, as pairs of a module and a name.
        uses_session: Whether it uses the channel session.
        is_ordered: Whether it asks for frames in their order, as modern consumers get them.
        hands_out_name: Whether it uses the name of its channel.
        attributes: The names that the class defines.
        assigned: The attributes that its methods assign.
        methods: The methods that it defines itself.
        inherited: The names of its methods, with those of its bases.
        settings: What it asks for, such as ``http_user``.
        leaves: Whether it does something when a client leaves.
        answers_behind: Whether it sends answers over its own channel.
        may_refuse: Whether its ``connect`` may end without having accepted.

    Raises:
        Left: Something in it is not understood.
    """

    def __init__(
        self,
        module: Module,
        node: ast.ClassDef,
        is_json: bool,
        sending: Collection[str],
        groups: Collection[str] = (),
        paths: Collection[str | None] = (),
        parent: ConsumerClass | None = None,
    ) -> None:
        self._parent = parent
        self.groups, self._paths = groups, paths
        self.module, self.node, self.is_json, self.sending = module, node, is_json, sending
        self.edits, self.imports = Edits(module), set[tuple[str, str]]()
        self._text = ClassText(node, self.edits)
        self.uses_session = self.is_ordered = self.hands_out_name = False
        self.answers_behind = self.may_refuse = False
        self.settings: dict[str, bool] = {}
        self._events: dict[str, list[Event] | None] = {}
        self.methods: dict[str, ast.FunctionDef] = {}
        self.attributes: set[str] = set()
        self._removed: list[ast.stmt] = []
        for statement in node.body:
            self._read(statement)
        self.inherited = {*self.methods}
        self.leaves = refusal.matters(self.methods.get("disconnect"))
        self.assigned = {
            each.attr
            for each in ast.walk(node)
            if isinstance(each, ast.Attribute)
            and isinstance(each.ctx, ast.Store)
            and isinstance(each.value, ast.Name)
            and each.value.id == "self"
        }
        if parent is not None:
            self._inherit(parent)
        for name, method in self.methods.items():
            if reason := unknown_of_class(method, self.attributes):
                raise self._left(method, reason)
            self.events_of(name, node)
        self._text.remove(self._removed)
        if self.uses_session:
            self._text.make_session()
        if self.answers_behind and not (parent and parent.answers_behind):
            if HANDLER in self.attributes | self.assigned:
                raise self._left(node, f"it has a method {HANDLER!r} of its own")
            add_handler(self.edits, node)

    def _inherit(self, parent: ConsumerClass) -> None:
        """Take over what the base has; what its methods do is known, so none is overridden."""
        for statement in self.node.body:
            names = {
                each.name if isinstance(each, ast.FunctionDef) else getattr(each, "id", "")
                for each in (statement, *getattr(statement, "targets", ()))
            }
            if names & (parent.inherited | parent.assigned):
                name = min(names & (parent.inherited | parent.assigned))
                raise self._left(statement, f"it overrides {name}, which its base uses")
        for name, value in parent.settings.items():
            if value and not self.settings.setdefault(name, value):
                raise self._left(self.node, f"it takes back {name}, which its base asks for")
        disconnect = self.methods.get("disconnect")
        if parent.may_refuse and refusal.matters(disconnect):
            raise self._left(self.node, "its base may refuse a client")
        self.attributes |= parent.attributes
        self.assigned |= parent.assigned
        self.inherited |= parent.inherited
        self.may_refuse = parent.may_refuse
        self.leaves = self.leaves or parent.leaves

    def _left(self, node: ast.expr | ast.stmt, reason: str) -> Left:
        return Left(self.module, node, reason)

    def _read(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            return
        if isinstance(statement, ast.FunctionDef):
            self._read_method(statement)
        elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            self._read_attribute(statement, statement.targets[0].id)
        elif not isinstance(statement, ast.Pass):
            raise self._left(statement, "what this statement does in the class is not known")

    def _read_attribute(self, statement: ast.Assign, name: str) -> None:
        value = statement.value
        if name in _UNKNOWN:
            raise self._left(statement, f"{name} has no equivalent in a modern consumer")
        if name in _ASKING:
            if not isinstance(value, ast.Constant) or not isinstance(value.value, bool):
                raise self._left(statement, f"{name} is not known")
            self.is_ordered |= name == "strict_ordering" and value.value
            self.settings[name] = value.value
            self._removed.append(statement)
            return
        if name in MODERN:
            raise self._left(statement, f"{name} is something else in a modern consumer")
        if len(statement.targets) > 1:
            raise self._left(statement, "what this statement does in the class is not known")
        self.attributes.add(name)

    def _read_method(self, method: ast.FunctionDef) -> None:
        name = method.name
        if name in MODERN:
            raise self._left(method, f"{name}() is something else in a modern consumer")
        if name in _UNKNOWN_METHODS:
            raise self._left(method, f"it defines {name}() itself")
        decorators = {each.id for each in method.decorator_list if isinstance(each, ast.Name)}
        if len(decorators) < len(method.decorator_list) or decorators - _PLAIN_DECORATORS:
            raise self._left(method, f"what the decorators of {name}() do is not known")
        first = method.args.args[0].arg if method.args.args else ""
        if decorators <= {"property"} and first != "self":
            raise self._left(method, f"the first argument of {name}() is not called self")
        self.methods[name] = method
        self.attributes.add(name)

    def events_of(self, name: str, node: ast.expr | ast.stmt) -> list[Event]:
        """Translate a method, once; return what it does.

        Args:
            name: The method, or another attribute of the class, which does nothing.
            node: What calls it.

        Raises:
            Left: Something in it is not understood, or it calls itself.
        """
        if name not in self.methods:
            return self._parent.events_of(name, node) if self._parent else []
        if name not in self._events:
            self._events[name] = None
            self._events[name] = self._translate(self.methods[name])
        found = self._events[name]
        if found is None:
            raise self._left(node, f"{name}() calls itself")
        return found

    def _translate(self, method: ast.FunctionDef) -> list[Event]:
        name = method.name
        handler = name if name in _HANDLERS else "receive"
        arguments = [each.arg for each in method.args.args]
        has_message = name in ("connect", "disconnect")
        if name in _HANDLERS and (len(arguments) < 2 or method.args.posonlyargs):
            raise self._left(method, f"the arguments of {name}() are not known")
        has_user = any(self.settings.get(each) for each in ("http_user", "http_user_and_session"))
        has_session = any(self.settings.values())
        facts = Facts(handler, has_session, has_user, self.sending, groups=self.groups)
        message = arguments[1] if has_message else None
        if name == "connect":
            # Translated twice: what is found the first time decides how it is written.
            first = MethodTranslator(self.module, method, facts, message, self).translate()
            self.may_refuse = first.may_refuse
            if first.may_refuse and self.leaves:
                if "disconnect" not in self.methods:
                    raise self._left(method, "it may refuse a client, and its base sees it leave")
                self._text.guard(self.methods["disconnect"])
                facts.notes_acceptance = True
        translator = MethodTranslator(self.module, method, facts, message, self)
        if name == "receive" and not self.is_json:
            own = [each for each in arguments if each in ("text", "bytes")]
            translator.renamed = {each: FRAME[each] for each in own}
        result = translator.translate()
        if name in _HANDLERS:
            self._signature(method)
        elif name == "connection_groups":
            self._join_groups(method)
        self.edits.update(result.edits)
        self.imports |= result.imports
        self.uses_session |= result.uses_session
        self.answers_behind |= result.answers_behind
        self.hands_out_name |= result.hands_out_name
        if result.accepts_late:
            raise self._left(method, "a frame may be sent before it has accepted")
        events = translator.events_in_order()
        if "accept" in events and name not in _HANDLERS:
            raise self._left(method, "it accepts in a method of its own")
        return events

    def _signature(self, method: ast.FunctionDef) -> None:
        """Replace the arguments of a handler, and find those of the URL in the scope."""
        module, arguments = self.module, method.args
        names = [each.arg for each in arguments.args[1:]]
        own, fresh = self._own_arguments(method, names)
        used = {node.id for node in ast.walk(method) if isinstance(node, ast.Name)}
        lines = argument_lines(module, method, names[own:], used, self._paths)
        if arguments.vararg is not None or arguments.kwonlyargs:
            raise self._left(method, f"the arguments of {method.name}() are not known")
        every: list[ast.arg | ast.expr] = [*arguments.args, *arguments.defaults]
        if arguments.kwarg is not None:
            every.append(arguments.kwarg)
        end = max(module.offset(each.end_lineno or 0, each.end_col_offset or 0) for each in every)
        first = arguments.args[0]
        if "#" in module.text[module.offset(first.lineno, first.col_offset) : end]:
            raise self._left(method, "a comment stands between its arguments")
        self.edits.replace(
            (module.offset(first.lineno, first.col_offset), end), ", ".join(["self", *fresh])
        )
        if lines:
            self._text.insert(method, lines)

    def _own_arguments(self, method: ast.FunctionDef, names: list[str]) -> tuple[int, list[str]]:
        """How many arguments are not the URL's, and what they become."""
        if method.name == "connect":
            return 1, []
        if method.name == "disconnect":
            return 1, ["code"]
        if self.is_json:
            self._rename(method, "receive_json")
            return 1, [names[0]]
        # Frames come as keywords, so the names are known.
        own = [name for name in names if name in ("text", "bytes")]
        if names[: len(own)] != own or "text" not in own:
            raise self._left(method, "the arguments of receive() are not known")
        defaults = "=None" if method.args.defaults else ""
        return len(own), [f"{FRAME[name]}{defaults}" for name in own]

    def _uses(self, method: ast.FunctionDef, name: str) -> bool:
        return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(method))

    def _rename(self, method: ast.FunctionDef, name: str) -> None:
        start = self.module.offset(method.lineno, method.col_offset)
        found = re.compile(r"def\s+(\w+)").match(self.module.text, start)
        assert found is not None
        self.edits.replace(found.span(1), name)

    def _join_groups(self, method: ast.FunctionDef) -> None:
        """Have the groups computed from the URL before the consumer joins them."""
        arguments = method.args
        if arguments.vararg is not None:
            raise self._left(method, f"the arguments of {method.name}() are not known")
        takes_some = len(arguments.args) > 1 or (
            arguments.kwarg is not None and self._uses(method, arguments.kwarg.arg)
        )
        self._text.join_groups(method, '**self.scope["url_route"]["kwargs"]' if takes_some else "")
