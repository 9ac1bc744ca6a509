"""Translates a decorator of a project that takes the message of function consumers.

::

    def with_room(func):
        @wraps(func)
        def inner(message, slug, **kwargs):
            room = Room.objects.get(slug=slug)
            return func(message, room=room, **kwargs)
        return inner

    def with_room(func):
        @wraps(func)
        def inner(consumer, *args, **kwargs):
            slug = consumer.scope["url_route"]["kwargs"]["slug"]
            room = Room.objects.get(slug=slug)
            return func(consumer, *args, room=room, **kwargs)
        return inner
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...sources.edits import line_end_of
from ..outcome import Left
from .decorators import Decorator
from .facts import BOTH_FRAMES, URL, Facts
from .helper import HelperTranslator
from .helpers import CONSUMER, Helper
from .order import Event
from .reading import MessageReader

_SAYS: set[Event] = {"accept", "reply", "behind", "close"}


class DecoratorTranslator(HelperTranslator):
    """Translates a decorator for one of the consumers that have it.

    Args:
        helper: The decorator.
        facts: What is known about the consumer.
    """

    def __init__(self, helper: Helper, facts: Facts) -> None:
        super().__init__(helper, facts)
        assert helper.decorator is not None
        self.decorator: Decorator = helper.decorator
        arguments = self.function.args
        self.vararg = arguments.vararg.arg if arguments.vararg else "args"
        self.kwarg = arguments.kwarg.arg if arguments.kwarg else "kwargs"
        self.url_arguments = arguments.kwarg.arg if arguments.kwarg else ""
        self.reads_url = bool(self.decorator.url_arguments)

    def needed_names(self) -> set[str]:
        """Return the names of the arguments that it may get."""
        own = {each.arg for each in (self.function.args.vararg, self.function.args.kwarg) if each}
        return super().needed_names() | {"text_data", self.vararg, self.kwarg} - own

    def own_events(self) -> set[Event]:
        """Return what it does itself, without what the consumer does that it calls."""
        found = [each for each in self.events.values() if "call" not in each]
        for ways in (self.choices, self.outcomes):
            found += [events for each in ways.values() for events in each]
        # An answer that comes behind what groups get is one all the same.
        return {"reply" if event == "behind" else event for each in found for event in each}

    def visit_expression(self, node: ast.expr) -> bool:
        """Translate a use of the message; return whether the node is done with."""
        if isinstance(node, ast.Call) and self._is_decorated(node.func):
            self._call_decorated(node)
            return True
        vararg = self.function.args.vararg
        if vararg is not None and isinstance(node, ast.Name) and node.id == vararg.arg:
            raise self.left(
                node, "it uses the arguments of the consumer in a way that is not known"
            )
        is_item = isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load)
        if is_item and isinstance(node, ast.Subscript) and self.is_url(node.value):
            self.reads_url = True
            self.result.edits.replace_node(node.value, URL)
            self.visit(node.slice)
            return True
        if self.is_url(node):
            parent = self.parents[id(node)]
            if not self.is_url_read(node) or isinstance(parent, ast.keyword):
                raise self.left(node, "it uses the arguments of the URL in a way that is not known")
            self.reads_url = True
            self.result.edits.replace_node(node, URL)
            return True
        return super().visit_expression(node)

    def _is_decorated(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id == self.decorator.decorated

    def _call_decorated(self, call: ast.Call) -> None:
        """Translate the call of the consumer, which takes the URL's arguments from its scope."""
        events: list[Event] = ["call"]
        if self.helper.follows_sends:
            events.append("send")
        self.events.setdefault(id(call), []).extend(events)
        values = [each for each in call.args[1:] if not isinstance(each, ast.Starred)]
        named = [each for each in call.keywords if each.arg is not None]
        arguments = ["self", *map(self.rendered, values), f"*{self.vararg}"]
        arguments += [f"{each.arg}={self.rendered(each.value)}" for each in named]
        if self.result.frames:
            arguments.append("text_data=text_data")
        text = ", ".join([*arguments, f"**{self.kwarg}"])
        self.result.edits.replace_node(call, f"{self.decorator.decorated}({text})")

    def content(self, node: ast.expr, key: str, may_be_missing: bool) -> None:
        """Translate a read of a key of the message."""
        if key != "text" or self.handler != "receive":
            super().content(node, key, may_be_missing)
            return
        self.result.frames.add("either" if may_be_missing else "text")
        if not may_be_missing:
            self.text_reads[id(node)] = node
        self.result.edits.replace_node(node, "text_data")

    def write_arguments(self) -> None:
        """Have it take what modern consumers get, and find the URL's arguments itself."""
        arguments, module = self.function.args, self.module
        last = [each for each in (arguments.args[-1], arguments.vararg, arguments.kwarg) if each]
        first = arguments.args[0]
        start = module.offset(first.lineno, first.col_offset)
        end = max(module.offset(each.end_lineno or 0, each.end_col_offset or 0) for each in last)
        taken = {"": "", "text": "text_data, ", "either": "text_data=None, "}
        is_either = bool(self.result.frames) and self.result.arguments == BOTH_FRAMES
        frames = "either" if is_either else "".join(self.result.frames)
        text = f"{CONSUMER}, *{self.vararg}, {taken[frames]}**{self.kwarg}"
        if "#" in module.text[start:end]:
            raise self.left(self.function, "a comment stands among its arguments")
        self.result.edits.replace((start, end), text)
        used = {each.id for each in ast.walk(self.function) if isinstance(each, ast.Name)}
        names = [name for name in self.decorator.url_arguments if name in used]
        body = [each for each in self.function.body if not _is_docstring(each)]
        if not names or not body:
            return
        at = module.line_start(module.span(body[0])[0])
        indent = module.text[at : module.span(body[0])[0]]
        if indent.strip():
            raise self.left(self.function, "it is written in one line")
        lines = [
            f'{indent}{name} = {CONSUMER}{URL.removeprefix("self")}["{name}"]' for name in names
        ]
        stop = line_end_of(module.text)
        self.result.edits.replace((at, at), "".join(f"{line}{stop}" for line in lines))


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def check_decorator(translator: DecoratorTranslator, does: set[Event], handler: str) -> bool:
    """Check that a decorator and what it decorates say the same together, in the same order.

    Args:
        translator: The decorator, translated.
        does: What the consumer does that it calls.
        handler: ``"connect"``, ``"receive"`` or ``"disconnect"`` of the consumer.

    Returns:
        Whether it does something behind the consumer, or in front of it, that is to come behind
        what the consumer sends to groups.

    Raises:
        Left: It says something too early or too late.
    """
    own = translator.own_events()

    def left(reason: str) -> Left:
        return Left(translator.module, translator.function, reason)

    if own & _SAYS and handler == "disconnect":
        raise left("it answers a client that is not there")
    if "send" in own and handler == "disconnect":
        raise left("it sends to a group, for clients that were refused too")
    if not any("call" in each and len(each) > 1 for each in translator.ends):
        return False
    if not own & {*_SAYS, "send", "add", "discard"}:
        return False
    if "close" in does:
        raise left("it answers a client which the consumer may have closed")
    if "now" in own | does:
        raise left("it answers before or after a consumer, and one of them sends at once")
    if "send" in own and does & {*_SAYS, "add", "discard"}:
        raise left("it sends to a group before or after the consumer")
    return "send" in does


def may_go_on_after_close(translator: MessageReader) -> bool:
    """Whether something may follow in a function where it has closed the connection.

    Args:
        translator: The function, translated.
    """
    closing = [
        node
        for node in ast.walk(translator.function)
        if "close" in translator.events.get(id(node), ())
        or id(node) in translator.choices
        or any("close" in each for each in translator.outcomes.get(id(node), ()))
    ]
    return not all(_ends_it(translator, node) for node in closing)


def _ends_it(translator: MessageReader, node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") != "send":
        # What a function does behind its close is not asked.
        return False
    inner: ast.AST = node
    for around in translator.module.around(node):
        if isinstance(inner, ast.stmt):
            block = next(each for each in _blocks(around) if inner in each)
            rest = block[block.index(inner) + 1 :]
            if isinstance(inner, ast.Return) or (rest and ast.unparse(rest[0]) == "return"):
                return True
            if rest or not isinstance(around, ast.If | ast.FunctionDef):
                return False
        if around is translator.function:
            return True
        inner = around
    return False


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        yield getattr(node, name, [])
