"""Writes the functions for connect, receive and disconnect of one path as a consumer class."""

from __future__ import annotations

import ast
import re

from ...sources.edits import entry_span, indented, line_end_of, strings_of
from ...sources.module import Module
from ...sources.project import Project
from .. import refusal
from ..changes import Changes, modern_name, target_of
from ..outcome import Left
from ..sends.groups import group_functions
from ..sends.sends import has_one_layer
from ..units.units import Place, Unit
from ..units.usage import (
    check_channel_not_seen,
    check_not_patched,
    check_order_not_seen,
    check_refusal_not_seen,
    check_return_not_seen,
    check_session_not_read,
    needs_alias,
)
from .attributes import message_attributes
from .class_names import consumer_name
from .decorated import Given, arguments_of, given_arguments, last_line_of, take_decorators
from .facts import Facts, Translation
from .handlers import handler_text
from .helper import run_helper
from .helpers import Helper
from .message import Translator
from .url_arguments import lines_of_consumer

_HANDLERS = ("connect", "receive", "disconnect")
_AUTH = "channels.auth."
_SESSION = {"channels.sessions.channel_session", _AUTH + "channel_session_user"}
_SESSION_FROM_HTTP = _AUTH + "channel_session_user_from_http"
_USER_OF_HTTP = _AUTH + "http_session_user"
# The frames of a modern consumer always come in their order.
_ORDERING = "channels.sessions.enforce_ordering"


class FunctionClass:
    """The class that the functions of one unit become.

    Args:
        project: The project.
        unit: The functions.
        sending: The names of functions that may send to groups.
        taken: The classes that other units become, as pairs of a module and a name.
        helpers: The functions of the project that take a message, by their dotted names.

    Attributes:
        class_name: The name of the class.
        helped: The translations of the helpers that it uses, by their dotted names.

    Raises:
        Left: They cannot become one class.
    """

    def __init__(
        self,
        project: Project,
        unit: Unit,
        sending: set[str],
        taken: set[tuple[str, str]],
        helpers: dict[str, Helper],
    ) -> None:
        self.helpers, self.helped = helpers, dict[str, Translation]()
        # What decorators give the methods.
        self._given: dict[str, Given] = {}
        if unit.problem is not None:
            raise unit.problem
        self.project, self.unit, self.sending, self.taken = project, unit, sending, taken
        self.groups = group_functions(project)
        self.functions: dict[str, ast.FunctionDef] = {}
        self.guards_disconnect = self.answers_behind = self.accepts_late = False
        modules = set()
        for handler, name in zip(_HANDLERS, unit.functions, strict=True):
            definition = project.definition(name) if name else None
            if definition is not None:
                module, function = definition
                if not isinstance(function, ast.FunctionDef):
                    raise Left(module, function, "it is no plain function")
                modules.add(module.name)
                self.module, self.functions[handler] = module, function
        if len(modules) > 1 or len(self.functions) < len(unit.names):
            first = unit.places[0].routes[0]
            raise Left(first.module, first.call, "its functions are not in one module")
        routes = [route for place in unit.places for route in place.routes]
        own = {id(route.target) for route in routes}
        edited = {self.module.name, *(route.module.name for route in routes)}
        # Tests and others go on using these names.
        self.kept_names = [
            name.rpartition(".")[2]
            for name in dict.fromkeys(unit.names)
            if needs_alias(project, name, own, edited)
        ]
        self.class_name = (
            self.kept_names[0]
            if self.kept_names
            else consumer_name(self.module, next(iter(self.functions.values())), taken)
        )

    def convert(self, changes: Changes) -> None:
        """Collect the changes.

        Raises:
            Left: Something is not understood.
        """
        translated = {
            handler: self._translate(handler, function)
            for handler, function in self.functions.items()
        }
        connect, disconnect = self.functions.get("connect"), self.functions.get("disconnect")
        if connect:
            first = translated["connect"]
            self.accepts_late = first.accepts_late
            self.guards_disconnect = first.may_refuse and refusal.matters(disconnect)
            if self.accepts_late or self.guards_disconnect:
                translated["connect"] = self._translate("connect", connect, notes_acceptance=True)
        for function in self.functions.values():
            check_not_patched(self.project, self.module, function)
            check_refusal_not_seen(self.project, self.module, function)
            if _ORDERING in self._decorators(function):
                check_order_not_seen(self.project, self.module, function)
        if any(each.hands_out_name for each in translated.values()):
            check_channel_not_seen(self.project, self.module, next(iter(self.functions.values())))
        for handler, each in translated.items():
            self.helped |= each.helped
            if each.returns:
                check_return_not_seen(self.project, self.module, self.functions[handler])
        uses_session = any(each.uses_session for each in translated.values())
        if uses_session:
            check_session_not_read(self.project, next(iter(self.functions.values())), self.module)
        self.answers_behind = any(each.answers_behind for each in translated.values())
        base = modern_name(changes, self.module, "WebsocketConsumer")
        methods = [self._method(handler, each) for handler, each in translated.items()]
        text = self._class(methods, uses_session, base)
        edits = changes.edits(self.module)
        ordered = sorted(self.functions.values(), key=lambda each: each.lineno)
        used = [each for node in ordered for each in node.decorator_list if self._helper(each)]
        needed = last_line_of(self.module, used)
        behind = next(each for each in ordered if each.lineno > needed)
        for function in ordered:
            edits.replace(*self._removal(function, text if function is behind else ""))
        for place in self.unit.places:
            self._route(changes, place)
        for each in translated.values():
            for origin, name in each.imports:
                changes.need(self.module, origin, name)
        for helper, each in self.helped.items():
            for origin, name in each.imports:
                changes.need(self.helpers[helper].module, origin, name)

    # What is known about the functions

    def _decorators(self, function: ast.FunctionDef) -> set[str]:
        found = set()
        for decorator in function.decorator_list:
            meaning = self.module.meaning(decorator) or ""
            if self._helper(decorator) is not None:
                continue
            if meaning not in {*_SESSION, _SESSION_FROM_HTTP, _USER_OF_HTTP, _ORDERING}:
                name = self.module.source(decorator)
                raise Left(self.module, decorator, f"what @{name} does is not known")
            found.add(meaning)
        return found

    def _user_is_known(self) -> bool:
        connect = self.functions.get("connect")
        return connect is not None and _SESSION_FROM_HTTP in self._decorators(connect)

    def _translate(
        self, handler: str, function: ast.FunctionDef, notes_acceptance: bool = False
    ) -> Translation:
        if not function.args.args or function.args.posonlyargs or function.args.kwonlyargs:
            raise Left(self.module, function, "its arguments are not known")
        if function.body[0].lineno == function.lineno:
            raise Left(self.module, function, "it is written in one line")
        decorators = self._decorators(function)
        has_session = bool(decorators & {*_SESSION, _SESSION_FROM_HTTP})
        of_connect = handler == "connect" and bool(decorators & {_SESSION_FROM_HTTP, _USER_OF_HTTP})
        later = self._user_is_known() and bool(
            decorators & {_AUTH + "channel_session_user", _SESSION_FROM_HTTP}
        )
        has_user = of_connect or later
        helpers = self._helpers_of(function)
        given = given_arguments(helpers, function)
        if given is None:
            raise Left(self.module, function, "what its decorators give it is not known")
        self._given[handler] = given
        one = has_one_layer(self.project)
        facts = Facts(
            handler,
            has_session,
            has_user,
            self.sending,
            notes_acceptance,
            one,
            self.groups,
            self.helpers,
            run_helper,
            self._attributes(function, decorators),
            project=self.project,
            unknown=[*given[0], *given[1]],
            is_caught=any(
                isinstance(each, ast.Try) for helper in helpers for each in ast.walk(helper.inner)
            ),
        )
        translator = Translator(self.module, function, facts)
        translator.translate()
        take_decorators(helpers, facts, translator, self._paths())
        return translator.result

    def _paths(self) -> list[str]:
        return [place.path.path or "" for place in self.unit.places]

    def _helpers_of(self, function: ast.FunctionDef) -> list[Helper]:
        found = map(self._helper, function.decorator_list)
        return [each for each in found if each is not None]

    def _attributes(self, function: ast.FunctionDef, decorators: set[str]) -> set[str]:
        used = [(function, function.args.args[0].arg)]
        for user, _ in used:
            for helper in self.helpers.values():
                entry = helper.inner, helper.message
                if id(user) in helper.users and entry not in used and not helper.takes_channel:
                    used.append(entry)
        found = message_attributes(used)
        # Decorators of 1.x assign the user, too.
        has_user = any(each.startswith(_AUTH) for each in decorators)
        return found - {"user"} if has_user else found

    def _helper(self, decorator: ast.expr) -> Helper | None:
        func = decorator.func if isinstance(decorator, ast.Call) else decorator
        helper = self.helpers.get(self.module.meaning(func) or "")
        known = helper.decorator if helper is not None else None
        return helper if known is not None and known.is_factory is (func is not decorator) else None

    # The new text

    def _method(self, handler: str, translation: Translation) -> str:
        function, module = self.functions[handler], self.module
        first, last = function.body[0], function.body[-1]
        start = module.line_start(module.span(first)[0])
        indent = module.text[start : module.span(first)[0]]
        # Comments above the first statement belong to the body.
        while (above := module.line_above(start)) and above[1].strip().startswith("#"):
            start = above[0]
        if "#" in module.text[module.span(function)[0] : start]:
            raise Left(module, function, "a comment stands above its body, in what is replaced")
        end = module.line_end(module.span(last)[1])
        if ast.get_docstring(function) is not None:
            split = module.line_end(module.span(first)[1])
        else:
            split = start
        others = {name for names in self._given[handler] for name in names}
        found = lines_of_consumer(module, function, others, self._paths())
        lines = "".join(f"{indent}{line}{line_end_of(module.text)}" for line in found)
        if handler == "disconnect" and self.guards_disconnect:
            end_of_line = line_end_of(module.text)
            guard = refusal.guard(indent)
            lines = "".join(f"{indent}{line}{end_of_line}" for line in guard) + lines
        body = translation.edits.apply(start, split) + lines + translation.edits.apply(split, end)
        decorators = [
            f"@{module.source(each)}{line_end_of(module.text)}"
            for each in function.decorator_list
            if self._helper(each) is not None
        ]
        text = "".join(decorators)
        own = arguments_of(handler, translation.arguments, self._given[handler])
        arguments = ", ".join(("self", *own))
        text += f"def {handler}({arguments}):{line_end_of(module.text)}"
        if not body.endswith(("\n", "\r")):
            body += line_end_of(module.text)
        header = self._comments(function) + text
        return indented(header, indent) + indented(body, indent, strings_of(body))

    def _class(self, methods: list[str], uses_session: bool, base: str) -> str:
        end = line_end_of(self.module.text)
        unit = re.match(r"[ \t]*", methods[0].lstrip("\r\n"))
        indent = unit[0] if unit else "    "
        if uses_session:
            lines = [
                "def __init__(self, *args, **kwargs):",
                f"{indent}super().__init__(*args, **kwargs)",
                f"{indent}self.channel_session = {{}}",
            ]
            methods = ["".join(f"{indent}{line}{end}" for line in lines), *methods]
        if self.accepts_late:
            methods = [*methods, refusal.send_text(indent, end)]
        if self.guards_disconnect or self.accepts_late:
            methods = [f"{indent}{refusal.ATTRIBUTE}{end}", *methods]
        if self.answers_behind:
            methods = [*methods, handler_text(indent, end)]
        text = f"class {self.class_name}({base}):{end}" + end.join(methods)
        if aliases := self.kept_names[1:]:
            text += f"{end}{end}{' = '.join(aliases)} = {self.class_name}{end}"
        return text

    def _comments(self, function: ast.FunctionDef) -> str:
        start = self._start(function)
        first = self.module.line_start(self.module.span(function)[0])
        return self.module.text[start:first]

    def _start(self, function: ast.FunctionDef) -> int:
        start = self.module.line_start(self.module.span(function)[0])
        while (above := self.module.line_above(start)) and above[1].startswith("#"):
            if above[0] == 0:
                break
            start = above[0]
        return start

    def _removal(self, function: ast.FunctionDef, text: str) -> tuple[tuple[int, int], str]:
        """The lines of a function, and what stands there instead."""
        start = self._start(function)
        end = self.module.line_end(self.module.span(function)[1])
        if text:
            return (start, end), text
        # The blank lines behind it go too.
        rest = self.module.text[end:]
        return (start, end + len(rest) - len(rest.lstrip("\r\n"))), ""

    def _route(self, changes: Changes, place: Place) -> None:
        module, node = place.routing.module, place.routing.node
        edits = changes.edits(module)
        if isinstance(node, ast.Dict):
            for route in place.routes:
                text = target_of(changes, route, self.module, self.class_name)
                edits.replace_node(route.target, text)
            return
        first, *others = sorted(place.routes, key=lambda route: module.span(route.call)[0])
        arguments = [target_of(changes, first, self.module, self.class_name)]
        if (path := place.path.filters.get("path")) is not None:
            arguments.append(f"path={module.source(path)}")
        edits.replace_node(first.call, f"route_class({', '.join(arguments)})")
        edits.remove(entry_span(module, module.span(route.call)) for route in others)
        spelled = _import_of_route(module)
        changes.need(module, spelled, "route_class")


def _import_of_route(module: Module) -> str:
    """Where the module imports ``route`` from: ``channels`` or ``channels.routing``."""
    origins = {origin for origin, name in module.imported_from if name == "route"}
    return "channels" if "channels" in origins else "channels.routing"
