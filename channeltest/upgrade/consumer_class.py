"""Translates a class-based consumer of 1.x, in its place."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection

from ..sources.edits import Edits, line_end_of
from ..sources.module import Module
from . import refusal
from .facts import FRAME, Facts
from .handlers import HANDLER, add_handler
from .method import MODERN, MethodTranslator, unknown_of_class
from .order import Event
from .outcome import Left

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


_PLAIN_DECORATORS = {"staticmethod", "classmethod"}


class ConsumerClass:
    """A class-based consumer whose base is one of 1.x's generic consumers.

    Args:
        module: The module.
        node: The class.
        is_json: Whether its base is ``JsonWebsocketConsumer``.
        sending: The names of functions that may send to groups.
        groups: The names of functions and properties that return a group.
        paths: The path filters of its routes.

    Attributes:
        is_json: The same.
        edits: The changes of the class, but for its base.
        imports: What it needs, as pairs of a module and a name.
        uses_session: Whether it uses the channel session.
        is_ordered: Whether it asks for frames in their order, as modern consumers get them.
        hands_out_name: Whether it uses the name of its channel.
        attributes: The names that the class defines.
        assigned: The attributes that its methods assign.

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
    ) -> None:
        self.groups, self._paths = groups, paths
        self.module, self.node, self.is_json, self.sending = module, node, is_json, sending
        self.edits, self.imports = Edits(module), set[tuple[str, str]]()
        self.uses_session = self.is_ordered = self.hands_out_name = self._answers_behind = False
        self._settings: dict[str, bool] = {}
        self._events: dict[str, list[Event] | None] = {}
        self.methods: dict[str, ast.FunctionDef] = {}
        self.attributes: set[str] = set()
        self._removed: list[ast.stmt] = []
        for statement in node.body:
            self._read(statement)
        self.assigned = {
            each.attr
            for each in ast.walk(node)
            if isinstance(each, ast.Attribute)
            and isinstance(each.ctx, ast.Store)
            and isinstance(each.value, ast.Name)
            and each.value.id == "self"
        }
        for name, method in self.methods.items():
            if reason := unknown_of_class(method, self.attributes):
                raise self._left(method, reason)
            self.events_of(name, node)
        self._remove()
        if self._answers_behind:
            if HANDLER in self.attributes | self.assigned:
                raise self._left(node, f"it has a method {HANDLER!r} of its own")
            add_handler(self.edits, node)

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
            self._settings[name] = value.value
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
        if not decorators and (not method.args.args or method.args.args[0].arg != "self"):
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
            return []
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
        has_user = any(self._settings.get(each) for each in ("http_user", "http_user_and_session"))
        has_session = any(self._settings.values())
        facts = Facts(handler, has_session, has_user, self.sending, groups=self.groups)
        message = arguments[1] if has_message else None
        if name == "connect":
            # Translated twice: what is found the first time decides how it is written.
            first = MethodTranslator(self.module, method, facts, message, self).translate()
            if first.may_refuse and refusal.matters(self.methods.get("disconnect")):
                self._guard(self.methods["disconnect"])
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
        self._answers_behind |= result.answers_behind
        self.hands_out_name |= result.hands_out_name
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
        lines = [
            f'{each} = self.scope["url_route"]["kwargs"]["{each}"]'
            for each in names[own:]
            if each in used
        ]
        optional = names[max(own, len(names) - len(arguments.defaults)) :]
        # Where the path always has it, the default is never taken.
        is_known = self._paths and all(
            path is not None and f"(?P<{name}>" in path for name in optional for path in self._paths
        )
        if optional and not is_known:
            raise self._left(method, "an argument of the URL may be missing")
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
            self._insert(method, lines)

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

    def _guard(self, disconnect: ast.FunctionDef) -> None:
        """Have ``disconnect`` do nothing for a client that was refused."""
        indent = self._indent_of(self.node.body[0])
        self._insert(disconnect, refusal.guard(indent))
        at = self.module.line_start(self.module.span(self.node.body[0])[0])
        if ast.get_docstring(self.node) is not None:
            at = self.module.line_end(self.module.span(self.node.body[0])[1])
        end = line_end_of(self.module.text)
        has_docstring = ast.get_docstring(self.node) is not None
        first = self.node.body[1 if has_docstring else 0]
        before = end if has_docstring else ""
        after = end if isinstance(first, ast.FunctionDef) and not has_docstring else ""
        self.edits.replace((at, at), f"{before}{indent}{refusal.ATTRIBUTE}{end}{after}")

    def _rename(self, method: ast.FunctionDef, name: str) -> None:
        start = self.module.offset(method.lineno, method.col_offset)
        found = re.compile(r"def\s+(\w+)").match(self.module.text, start)
        assert found is not None
        self.edits.replace(found.span(1), name)

    def _insert(self, method: ast.FunctionDef, lines: list[str]) -> None:
        """Put lines at the beginning of a method, behind its docstring."""
        module, first = self.module, method.body[0]
        if first.lineno == method.lineno:
            raise self._left(method, "it is written in one line")
        start = module.span(first)[0]
        indent = module.text[module.line_start(start) : start]
        has_docstring = ast.get_docstring(method) is not None
        at = module.line_end(module.span(first)[1]) if has_docstring else module.line_start(start)
        end = line_end_of(module.text)
        self.edits.replace((at, at), "".join(f"{indent}{line}{end}" for line in lines))

    def _join_groups(self, method: ast.FunctionDef) -> None:
        """Have the groups computed from the URL before the consumer joins them."""
        module, end = self.module, line_end_of(self.module.text)
        indent = self._indent_of(method)
        arguments = method.args
        takes_some = len(arguments.args) > 1 or (
            arguments.kwarg is not None and self._uses(method, arguments.kwarg.arg)
        )
        if arguments.vararg is not None:
            raise self._left(method, f"the arguments of {method.name}() are not known")
        call = '**self.scope["url_route"]["kwargs"]' if takes_some else ""
        lines = [
            "",
            f"{indent}def websocket_connect(self, message):",
            f"{indent * 2}self.groups = self.connection_groups({call})",
            f"{indent * 2}super().websocket_connect(message)",
            "",
        ]
        at = module.line_end(module.span(method)[1])
        self.edits.replace((at, at), end.join(lines))

    def _indent_of(self, statement: ast.stmt) -> str:
        """What stands before a statement of the class, on its line."""
        start = self.module.line_start(self.module.span(statement)[0])
        found = re.compile(r"[ \t]*").match(self.module.text, start)
        return found[0] if found else ""

    def _remove(self) -> None:
        """Remove the attributes that asked for something, and make the session if it is used."""
        module, end = self.module, line_end_of(self.module.text)
        body = [each for each in self.node.body if not isinstance(each, ast.Pass)]
        indent = self._indent_of(self.node.body[0])
        for statement in self._removed:
            start, stop = module.span(statement)
            start, stop = module.line_start(start), module.line_end(stop)
            following = module.text[stop : module.line_end(stop)]
            above = module.text[module.line_start(max(start - 1, 0)) : start].strip()
            # Of two blank lines, or one below a comment or the class, one goes.
            if (
                not following.strip()
                and following
                and (not above or above[:1] in '#"' or above[-1] == ":")
            ):
                stop = module.line_end(stop)
            text = ""
            if statement is self._removed[0] and len(body) == len(self._removed):
                text = f"{indent}pass{end}"
            self.edits.replace((start, stop), text)
        if self.uses_session:
            methods = [each for each in self.node.body if isinstance(each, ast.FunctionDef)]
            at = module.line_start(module.span(methods[0])[0])
            lines = [
                f"{indent}def __init__(self, *args, **kwargs):",
                f"{indent * 2}super().__init__(*args, **kwargs)",
                f"{indent * 2}self.channel_session = {{}}",
                "",
                "",
            ]
            self.edits.replace((at, at), end.join(lines))
