"""Translates what a function consumer does with its message to what a method does with ``self``."""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import replace
from functools import partial

from ...sources.edits import Edits, line_end_of
from ...sources.literals import literal, spelled_dict
from ..sends.layer_sends import content_of
from .binary_frames import TextReads
from .changing import may_change_objects
from .facts import BOTH_FRAMES, FRAME, TEXT_FRAME, URL, Translation
from .group_calls import GroupTranslator
from .handlers import TYPE
from .helpers import Helper
from .joins import JoinsFirst
from .order import Disorder, Event, Order
from .reading import inner_arguments, names_of
from .reply import UnknownReply, comments_of, lines_of, parts_of
from .session_values import is_plain
from .tables import functions_of_call

# What runs a function in another thread, or later.
_THREADS = {"threading.Thread", "threading.Timer"}
# Names of Channels that mean the same in a modern consumer.
_SAME = {"channels.exceptions.DenyConnection"}


class Translator(GroupTranslator):
    """Translates the body of one function consumer.

    Args:
        module: The module of the function.
        function: The function.
        facts: What is known about it.
    """

    def translate(self) -> Translation:
        """Return the changes.

        Raises:
            Left: Something in the function is not understood.
        """
        self.check_names()
        order = self._translate_body()
        if followers := self.answers_behind(order) | self.all_followers():
            # Translated anew, now that it is known which replies come behind a send to a group.
            self.followers = followers
            self.result = self.new_translation()
            self.events, self.choices, self.outcomes = {}, {}, {}
            order = self._translate_body()
        self.result.may_refuse = any("accept" not in state for state in order.exits)
        self.result.accepts_late = order.accepts_late
        if self.facts.handler == "receive":
            # What reads no frame takes all of them.
            is_guarded = "text" in self.result.frames and self.guards_text()
            is_text = self.result.frames == {"text"} and not is_guarded
            self.result.arguments = TEXT_FRAME if is_text else BOTH_FRAMES
        return self.result

    def guards_text(self) -> bool:
        """Have a binary frame fail where it failed in 1.x; return whether the code says so."""
        events = {*self.events, *self.choices, *self.outcomes}
        reads = self.text_reads.values()
        is_caught = self.facts.is_caught
        found = TextReads(self.module, self.function, reads, events, is_caught)
        if "either" in self.result.frames:
            return found.guard_unasked(self.result.edits, self.questions)
        return found.guard(self.result.edits)

    def answers_behind(self, order: Order) -> set[int]:
        """Return the ``id()`` of the replies that come behind what a group gets."""
        return order.followers

    def _translate_body(self) -> Order:
        for statement in self.function.body:
            self.visit(statement)
        order = Order(self.facts.handler, self.events, self.may_follow, self.choices)
        order.outcomes = self.outcomes
        project = self.facts.project
        may_change = partial(may_change_objects, project) if project else bool
        joins = JoinsFirst(self.function.body, self.events, may_change)
        self.body = joins.body
        try:
            order.check(joins.body)
        except Disorder as error:
            node = error.node
            assert isinstance(node, ast.expr | ast.stmt)
            for name in self.called.get(id(node), ()):
                self.facts.helpers[name].is_late = True
            raise self.left(node, error.reason) from None
        for pair in joins.swaps:
            first, second = map(self.module.span, pair)
            self.result.edits.swap(first, second)
        self.order = order
        return order

    def check_names(self) -> None:
        """Check that the function uses no name for something else that its translation needs."""
        taken = self.needed_names()
        taken |= {name for name in self.stored_names if name in ("Group", "Channel")}
        known = {self.message, self.url_arguments} - {""}
        if clash := sorted(known & inner_arguments(self.function)):
            raise self.left(self.function, f"a function in it has an argument {clash[0]!r}, too")
        if clash := sorted(taken & names_of(self.function)):
            raise self.left(self.function, f"it has a name {clash[0]!r}, which the method needs")
        own = {id(each) for each in ast.walk(self.function.args)}
        inner = {
            each.arg
            for each in ast.walk(self.function)
            if isinstance(each, ast.arg) and id(each) not in own
        }
        if self.message in inner or (self.url_arguments and self.url_arguments in inner):
            raise self.left(self.function, "a function in it calls something else like its message")

    def visit(self, node: ast.AST) -> None:
        """Translate a node and what is in it.

        Raises:
            Left: It is not understood.
        """
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            if self.visit_send(node, node.value):
                return
        elif isinstance(node, ast.Return) and isinstance(node.value, ast.Call):
            # Nobody gets what a consumer returns.
            self.result.returns = True
            if self.visit_send(node, node.value):
                return
        elif isinstance(node, ast.Return):
            self.result.returns |= node.value is not None
        elif isinstance(node, ast.Yield | ast.YieldFrom | ast.Await):
            raise self.left(node, "it is no plain function")
        elif isinstance(node, ast.JoinedStr):
            self._visit_f_string(node)
            return
        elif isinstance(node, ast.expr) and self.visit_expression(node):
            return
        for child in ast.iter_child_nodes(node):
            self.visit(child)

    def _visit_f_string(self, node: ast.JoinedStr) -> None:
        # Python before 3.12 does not say where the expressions in an f-string stand.
        for each in ast.walk(node):
            if self.is_replaced(each):
                raise self.left(node, "it uses the message or the URL in an f-string")

    def visit_send(self, statement: ast.Expr | ast.Return, call: ast.Call) -> bool:
        """Translate a statement that sends, joins or leaves; return whether it is one."""
        func = call.func
        if not isinstance(func, ast.Attribute):
            return False
        if func.attr == "send" and self.is_reply_channel(func.value):
            self._reply(statement, call)
            return True
        return self.visit_group(call, func)

    def _reply(self, statement: ast.Expr | ast.Return, call: ast.Call) -> None:
        self.note_immediate(call)
        is_one = len(call.args) == 1 and spelled_dict(call.args[0]) is None
        if is_one and isinstance(call.args[0], ast.Name | ast.Call):
            self._reply_of_variable(call)
            return
        try:
            parts = parts_of(call.args[0] if len(call.args) == 1 else None)
            comments = comments_of(self.module, call, parts.values())
            lines = lines_of(parts, self.rendered, self.facts.notes_acceptance)
            if parts.keys() == {"text"}:
                self.may_follow.add(id(call))
            if id(call) in self.followers:
                lines = [(self.behind(self.rendered(parts["text"])), ["behind"])]
        except UnknownReply as error:
            raise self.left(call, error.reason) from None
        is_choice = self.note_lines(call, lines)
        start, _ = self.module.span(statement)
        indent = self.module.text[self.module.line_start(start) : start]
        between = "; " if indent.strip() else line_end_of(self.module.text) + indent
        if indent.strip() and (comments or is_choice or isinstance(statement, ast.Return)):
            raise self.left(call, "it stands on a line with other code")
        texts = [*comments, *(line for line, _ in lines)]
        if isinstance(statement, ast.Return):
            texts.append("return")
        self.result.edits.replace_node(statement, between.join(texts))

    def behind(self, text: str) -> str:
        """Return how a reply is sent that comes behind what a group gets, as it did in 1.x.

        Args:
            text: The text of the frame, translated.
        """
        self.result.imports.add(("asgiref.sync", "async_to_sync"))
        self.result.answers_behind = True
        message = f'{{"type": "{TYPE}", "text": {text}}}'
        return f"async_to_sync(self.channel_layer.send)(self.channel_name, {message})"

    def _reply_of_variable(self, call: ast.Call) -> None:
        """Translate the send of what holds or returns one frame, a variable or a function."""
        content, _ = content_of(self.facts.project, self.module, call)
        key = literal(content.keys[0]) if len(content.keys) == 1 else None
        if key not in FRAME:
            raise self.left(call, "what it sends to the client is no literal dict")
        text = f'{self.rendered(call.args[0])}["{key}"]'
        if key == "text":
            self.may_follow.add(id(call))
        is_behind = id(call) in self.followers
        self.events.setdefault(id(call), []).append("behind" if is_behind else "reply")
        new = self.behind(text) if is_behind else f"self.send({FRAME[key]}={text})"
        self.result.edits.replace_node(call, new)

    def rendered(self, node: ast.expr) -> str:
        """The text of an expression, translated."""
        inner = object.__new__(type(self))
        inner.__dict__ = {**self.__dict__}
        inner.result = Translation(Edits(self.module))
        inner.visit(node)
        self.result.take(inner.result)
        return inner.result.edits.apply(*self.module.span(node))

    def visit_expression(self, node: ast.expr) -> bool:
        """Translate a use of the message; return whether the node is done with."""
        if isinstance(node, ast.Call) and (helpers := self._helpers(node)):
            self._call_helpers(node, helpers)
            return True
        if isinstance(node, ast.Call) and self.meaning_of(node.func) in _THREADS:
            self._check_thread(node)
        if self.is_group_of_variable(node):
            self.name_variable(node)
            return True
        if self.visit_channel(node):
            return True
        if isinstance(node, ast.Call) and self.is_sending(node):
            self.events.setdefault(id(node), []).append("send")
        if self.visit_presence(node):
            return True
        key = self.key_of(node)
        if key is not None:
            self.content(node, *key)
            return True
        if isinstance(node, ast.Subscript) and self.is_url(node.value):
            is_read = literal(node.slice) is not None and isinstance(node.ctx, ast.Load)
            if not is_read:
                raise self.left(node, "it uses the arguments of the URL in a way that is not known")
            self.result.edits.replace_node(node.value, URL)
            return True
        if self.is_channel_name(node):
            self.hand_out_name(node)
            return True
        if self.is_url(node):
            if not self.is_url_read(node):
                raise self.left(node, "it uses all arguments of the URL at once")
            self.result.edits.replace_node(node, URL)
            return True
        if isinstance(node, ast.Attribute) and self.is_message(node.value):
            if node.attr in self.facts.attributes:
                self.result.edits.replace_node(node.value, "self")
                return True
            if node.attr == "user":
                if not self.facts.has_user:
                    raise self.left(node, "its user does not come from the HTTP session at connect")
                self.result.edits.replace_node(node, 'self.scope["user"]')
                return True
            if node.attr == "channel_session" and self.facts.has_session:
                self.session(node)
                return True
            raise self.left(node, f"it uses message.{node.attr} in a way that is not known")
        if self.is_message(node):
            raise self.left(node, "it hands the message to something else")
        meaning = self.meaning_of(node)
        if meaning is not None and meaning.split(".")[0] == "channels" and meaning not in _SAME:
            raise self.left(node, f"it uses {meaning} in a way that is not known")
        if meaning in _SAME and self.facts.handler != "connect":
            raise self.left(node, f"it uses {meaning} outside of connect")
        return False

    def _check_thread(self, call: ast.Call) -> None:
        """Check that a thread gets nothing of the consumer, whose sends belong to its own."""
        inner = {each.name for each in ast.walk(self.function) if isinstance(each, ast.FunctionDef)}
        for each in ast.walk(call):
            if isinstance(each, ast.Lambda) or getattr(each, "id", "") in {"self", *inner}:
                raise self.left(call, "what it does in another thread is not known")

    def _helpers(self, call: ast.Call) -> list[Helper]:
        """The helpers of which a call gives one the message; nothing if not all are known."""
        given = [each for each in call.args if self.is_message(each) or self.is_reply_channel(each)]
        if len(given) != 1:
            return []
        helper = self.facts.helpers.get(self.meaning_of(call.func) or "")
        if helper is not None:
            return [helper]
        if isinstance(call.func, ast.Attribute):
            methods = [each for each in self.facts.helpers.values() if each.is_method]
            if named := [each for each in methods if each.inner.name == call.func.attr]:
                return named
        project = self.facts.project
        chosen = functions_of_call(project, self.module, self.function, call) if project else []
        names = [f"{module.name}.{function.name}" for module, function in chosen]
        found = [each for each in map(self.facts.helpers.get, names) if each is not None]
        is_known = len(found) == len(names) and all(id(call) in each.calls for each in found)
        return found if is_known else []

    def _call_helpers(self, call: ast.Call, helpers: list[Helper]) -> None:
        """Give a helper, or one of those in a dict, the consumer instead of the message."""
        events = []
        for helper in helpers:
            found, translation = self.use_helper(helper, self._unknown_in(helper, call))
            events.append(found)
            self.called.setdefault(id(call), set()).update({helper.name, *translation.helped})
        if len(helpers) == 1:
            self.events.setdefault(id(call), []).extend(events[0])
        else:
            self.choices.setdefault(id(call), []).extend(events)
        self.visit(call.func)
        for index, argument in enumerate(call.args):
            if index == helpers[0].place:
                self.result.edits.replace_node(argument, "self")
            else:
                self.visit(argument)
        for keyword in call.keywords:
            self.visit(keyword)

    def _unknown_in(self, helper: Helper, call: ast.Call) -> set[str]:
        """The arguments of a helper that may be other values when they have gone through JSON."""
        names = [each.arg for each in helper.inner.args.args][helper.is_method :]
        if any(isinstance(each, ast.Starred) for each in call.args):
            return {*names}
        given: dict[str | None, ast.expr] = dict(zip(names, call.args, strict=False))
        given |= {each.arg: each.value for each in call.keywords}
        own = {self.message, *self.facts.unknown}
        known = {name for name, each in given.items() if is_plain(each, self.function, own)}
        # What is not given has its default, if nothing else may give it.
        missing = set() if None in given else {*names} - given.keys()
        return {*names} - known - missing

    def use_helper(
        self, helper: Helper, unknown: Collection[str] = ()
    ) -> tuple[list[Event], Translation]:
        """Translate a helper for this function; return what it does, and its translation."""
        if helper.inner is self.function or self.facts.run_helper is None:
            raise self.left(self.function, "it calls itself")
        events, translation = self.facts.run_helper(helper, replace(self.facts, unknown=unknown))
        self.result.take_helped(helper.name, translation)
        return events, translation
