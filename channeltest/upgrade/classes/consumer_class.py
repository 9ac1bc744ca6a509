"""Translates the methods of a class-based consumer of 1.x, with those of its bases."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..functions.facts import FRAME, Facts, Translation
from ..functions.order import Event
from ..functions.url_arguments import argument_lines
from .calls import AnswersBehind, Outcomes
from .class_body import ClassBody
from .class_families import Kind
from .class_text import ClassText
from .method import MethodTranslator, unknown_of_class

HANDLERS = ("connect", "receive", "disconnect")


@dataclass
class Method:
    """A translated method.

    Attributes:
        body: The class that defines it.
        node: The method.
        result: Its translation, with its new arguments.
        events: What it does, in the order of the code.
        outcomes: What has happened where it ends, each way.
        can_come_behind: Whether it answers, and each of its answers can be sent behind others.
        stops: Whether it, or what it overrides, has closed with an exception, and returns now.
    """

    body: ClassBody
    node: ast.FunctionDef
    result: Translation
    events: list[Event]
    outcomes: Outcomes
    can_come_behind: bool
    stops: bool


class ConsumerClass:
    """A class-based consumer, whose methods are found in the order of its bases.

    Args:
        bodies: The class and its bases in the project, in the order in which Python looks.
        kind: What its generic consumer gives to its methods.
        sending: The names of functions that may send to groups.
        groups: The names of functions and properties that return a group.
        paths: The path filters of its routes, and those of its relatives.
        notes_acceptance: Whether ``is_accepted`` is set where it accepts.
        come_behind: The methods that have to answer behind a group's frame, by the ``id()`` of
            their nodes; those of this consumer are added.

    Attributes:
        is_json: Whether frames are JSON.
        is_mapped: Whether its handlers get messages, as its ``method_mapping`` says.
        attributes: The names that the class and its bases define.
        assigned: The attributes that their methods assign.
        read: The attributes that their methods read, or call.
        translated: The methods, by the ``id()`` of their nodes.
        may_refuse: Whether its ``connect`` may end without having accepted.
        leaves: Whether it does something when a client leaves.

    Raises:
        Left: Something in it is not understood.
    """

    def __init__(
        self,
        bodies: Sequence[ClassBody],
        kind: Kind,
        sending: Collection[str],
        groups: Collection[str] = (),
        paths: Collection[str | None] = (),
        notes_acceptance: bool = False,
        come_behind: set[int] | None = None,
    ) -> None:
        self._bodies, self.is_json, self.is_mapped = bodies, kind == "json", kind == "mapped"
        self._sending, self._groups, self._paths = sending, groups, paths
        self._notes_acceptance = notes_acceptance
        self.attributes = set[str]().union(*(each.attributes for each in bodies))
        self.assigned = set[str]().union(*(each.assigned for each in bodies))
        self.read = set[str]().union(*(each.read for each in bodies))
        self._settings = self._merged()
        self.leaves = any(each.leaves for each in bodies)
        self._come_behind = set[int]() if come_behind is None else come_behind
        self._check_groups(bodies)
        while self._translate_all(bodies):
            pass
        found = self._find("connection_groups", bodies)
        if found is not None and self._run(*found, found[1]).events:
            # 1.x called it when a client left, too.
            raise found[0].left(found[1], "it does more than to compute groups")
        connect = self._find("connect", bodies)
        self.may_refuse = connect is not None and self._run(*connect, connect[1]).result.may_refuse

    def _check_groups(self, bodies: Sequence[ClassBody]) -> None:
        """Check that nobody needs what ``connection_groups()`` assigned when the client left."""
        waiting, assigned = ["connection_groups"], set[str]()
        for name in waiting:
            for method in (each.methods[name] for each in bodies if name in each.methods):
                own = [each for each in ast.walk(method) if isinstance(each, ast.Attribute)]
                stored = {each.attr for each in own if isinstance(each.ctx, ast.Store)}
                assigned |= stored & self.assigned
                called = {each.attr for each in own} & self.attributes
                waiting += sorted(called - {*waiting})
        if taken := sorted(assigned & self.read) if "disconnect" in self.attributes else ():
            reason = f"connection_groups() assigned self.{taken[0]} anew when the client left"
            raise bodies[0].left(bodies[0].node, reason)

    def _translate_all(self, bodies: Sequence[ClassBody]) -> bool:
        """Translate the methods; return whether more of them have to answer behind others."""
        self.translated: dict[int, Method] = {}
        self._running: set[int] = set()
        try:
            self._translate_each(bodies)
        except AnswersBehind as error:
            found = [self._find(name, bodies) for name in error.names]
            self._come_behind |= {id(each[1]) for each in found if each is not None}
            return True
        return False

    def _translate_each(self, bodies: Sequence[ClassBody]) -> None:
        for body in bodies:
            for method in body.methods.values():
                if reason := unknown_of_class(method, self.attributes):
                    raise body.left(method, reason)
                self._run(body, method, method)

    def _merged(self) -> dict[str, bool]:
        """What the classes ask for together."""
        found: dict[str, bool] = {}
        for body in self._bodies:
            for name, value in body.settings.items():
                if not found.setdefault(name, value) and value:
                    text = f"it takes back {name}, which its base asks for"
                    raise self._bodies[0].left(self._bodies[0].node, text)
        return found

    def _find(
        self, name: str, bodies: Sequence[ClassBody]
    ) -> tuple[ClassBody, ast.FunctionDef] | None:
        """The first of some classes' methods with a name."""
        for body in bodies:
            if name in body.methods:
                return body, body.methods[name]
            if name in body.attributes and any(name in each.methods for each in bodies):
                reason = f"it overrides {name}, which its base uses"
                raise body.left(body.node, reason)
        return None

    def events_of(self, name: str, node: ast.expr) -> list[Event]:
        """Translate a method, once; return what it does.

        Args:
            name: The method, or another attribute of the class, which does nothing.
            node: What calls it.

        Raises:
            Left: Something in it is not understood, or it calls itself.
        """
        found = self._find(name, self._bodies)
        return [] if found is None else self._run(*found, node).events

    def can_come_behind(self, name: str, node: ast.expr) -> bool:
        """Return whether a method answers, and each of its answers can be sent behind others.

        Args:
            name: The method.
            node: What calls it.
        """
        found = self._find(name, self._bodies)
        return found is not None and self._run(*found, node).can_come_behind

    def behind(self, function: ast.FunctionDef, name: str, node: ast.expr) -> Method | None:
        """Return the method that ``super()`` finds in a method.

        Args:
            function: The method that calls it.
            name: The name that is looked up.
            node: What calls it.

        Returns:
            The method; ``None`` if no class of the project has it.
        """
        place = [id(function) in map(id, each.methods.values()) for each in self._bodies]
        found = self._find(name, self._bodies[place.index(True) + 1 :])
        return None if found is None else self._run(*found, node)

    def _run(self, body: ClassBody, method: ast.FunctionDef, node: ast.expr | ast.stmt) -> Method:
        if id(method) in self._running:
            raise body.left(node, f"{method.name}() calls itself")
        if id(method) not in self.translated:
            self._running.add(id(method))
            self.translated[id(method)] = self._translate(body, method)
            self._running.remove(id(method))
        return self.translated[id(method)]

    def _translate(self, body: ClassBody, method: ast.FunctionDef) -> Method:
        name = method.name
        handler = name if name in HANDLERS else "receive"
        arguments = [each.arg for each in method.args.args]
        has_message = name in HANDLERS if self.is_mapped else name in ("connect", "disconnect")
        if name in HANDLERS and (len(arguments) < 2 or method.args.posonlyargs):
            raise body.left(method, f"the arguments of {name}() are not known")
        has_user = any(self._settings.get(each) for each in ("http_user", "http_user_and_session"))
        has_session = any(self._settings.values())
        facts = Facts(handler, has_session, has_user, self._sending, groups=self._groups)
        facts.notes_acceptance = self._notes_acceptance and name == "connect"
        message = arguments[1] if has_message else None
        translator = MethodTranslator(body.module, method, facts, message, self)
        if name == "receive" and not self.is_json and not self.is_mapped:
            own = [each for each in arguments if each in ("text", "bytes")]
            translator.renamed = {each: FRAME[each] for each in own}
        translator.comes_behind = id(method) in self._come_behind
        result = translator.translate()
        if name in HANDLERS:
            self._signature(body, method, result, translator)
        if result.accepts_late:
            raise body.left(method, "a frame may be sent before it has accepted")
        events = translator.events_in_order()
        if "accept" in events and name not in HANDLERS:
            raise body.left(method, "it accepts in a method of its own")
        outcomes = translator.outcomes_of(events)
        can_come_behind, stops = translator.can_come_behind, translator.stops
        return Method(body, method, result, events, outcomes, can_come_behind, stops)

    def _signature(
        self, body: ClassBody, method: ast.FunctionDef, result: Translation, found: MethodTranslator
    ) -> None:
        """Replace the arguments of a handler, and find those of the URL in the scope."""
        module, arguments = body.module, method.args
        names = [each.arg for each in arguments.args[1:]]
        own, fresh = self._own_arguments(body, method, names, result, found.code)
        nodes = [node for node in ast.walk(method) if isinstance(node, ast.Name)]
        used = {node.id for node in nodes if id(node) not in found.dropped}
        lines = argument_lines(module, method, names[own:], used, self._paths)
        if arguments.vararg is not None or arguments.kwonlyargs:
            raise body.left(method, f"the arguments of {method.name}() are not known")
        every: list[ast.arg | ast.expr] = [*arguments.args, *arguments.defaults]
        if arguments.kwarg is not None:
            every.append(arguments.kwarg)
        end = max(module.offset(each.end_lineno or 0, each.end_col_offset or 0) for each in every)
        first = arguments.args[0]
        start = module.offset(first.lineno, first.col_offset)
        if "#" in module.text[start:end]:
            raise body.left(method, "a comment stands between its arguments")
        result.edits.replace((start, end), ", ".join(["self", *fresh]))
        if lines:
            ClassText(body.node, result.edits).insert(method, lines)

    def _own_arguments(
        self,
        body: ClassBody,
        method: ast.FunctionDef,
        names: list[str],
        result: Translation,
        code: str,
    ) -> tuple[int, list[str]]:
        """How many arguments are not the URL's, and what they become."""
        if method.name == "connect":
            return 1, []
        if method.name == "disconnect":
            return 1, [code]
        if self.is_mapped:
            return 1, [*result.arguments]
        if self.is_json:
            start = body.module.offset(method.lineno, method.col_offset)
            found = re.compile(r"def\s+(\w+)").match(body.module.text, start)
            assert found is not None
            result.edits.replace(found.span(1), "receive_json")
            return 1, [names[0]]
        # Frames come as keywords, so the names are known.
        own = [name for name in names if name in FRAME]
        if names[: len(own)] != own or "text" not in own:
            raise body.left(method, "the arguments of receive() are not known")
        return len(own), self._frames(body, method, own)

    def _frames(self, body: ClassBody, method: ast.FunctionDef, own: list[str]) -> list[str]:
        """What the arguments of ``receive()`` become that are a frame's."""
        arguments, source = method.args, body.module.source
        optional = arguments.args[len(arguments.args) - len(arguments.defaults) :]
        defaults = {
            each.arg: source(value)
            for each, value in zip(optional, arguments.defaults, strict=True)
        }
        fresh = [
            f"{FRAME[each]}={defaults[each]}" if each in defaults else FRAME[each] for each in own
        ]
        if arguments.kwarg is None or "bytes" in own or "text" not in defaults:
            return fresh
        # A binary frame was one of its keywords.
        more = arguments.kwarg.arg
        for node in ast.walk(method):
            is_handed_on = isinstance(node, ast.keyword) and getattr(node.value, "id", "") == more
            if is_handed_on or (isinstance(node, ast.Constant) and node.value == "bytes"):
                raise body.left(method, f"a binary frame is in the {more} that it uses")
        return [*fresh, f"{FRAME['bytes']}=None"]
