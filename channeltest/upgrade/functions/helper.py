"""Translates a function, or a decorator, that takes the message of function consumers."""

from __future__ import annotations

import ast
import re
from dataclasses import replace

from ..outcome import Left
from .facts import Facts, Translation
from .helpers import CONSUMER, Helper
from .message import Translator
from .order import Event


class HelperTranslator(Translator):
    """Translates a helper for one of the consumers that use it.

    Args:
        helper: The helper.
        facts: What is known about the consumer.

    Attributes:
        ends: What has happened where it ends, each way; ``"call"`` stands for the consumer.
    """

    def __init__(self, helper: Helper, facts: Facts) -> None:
        # What it does is checked where it is called.
        super().__init__(helper.module, helper.inner, replace(facts, handler="receive"))
        self.helper, self.message, self.handler = helper, helper.message, facts.handler
        self.url_arguments = ""
        self.ends: set[frozenset[Event]] = set()

    def needed_names(self) -> set[str]:
        """Return the names of the arguments that it may get: it keeps its own."""
        return set()

    def check_names(self) -> None:
        """Check that it uses no name for something else that its translation needs."""
        super().check_names()
        names = {node.id for node in ast.walk(self.helper.node) if isinstance(node, ast.Name)}
        if re.search(r"\bself\b", self.module.source(self.helper.node)) or CONSUMER in names:
            raise self.left(self.function, f"it has a name {CONSUMER!r} or 'self', which is needed")
        if self.message in self.stored_names:
            raise self.left(self.function, "it assigns to its message")

    def run(self) -> list[Event]:
        """Translate it; return what it does, in the order of the code.

        Raises:
            Left: Something in it is not understood.
        """
        self.translate()
        self.ends = {frozenset(each) for each in self.order.exits}
        self.result.edits.rename("self", CONSUMER)
        argument = self.function.args.args[self.helper.index]
        start = self.module.offset(argument.lineno, argument.col_offset)
        self.result.edits.replace((start, start + len(argument.arg)), CONSUMER)
        return self.events_in_order()

    def visit(self, node: ast.AST) -> None:
        """Translate a node and what is in it; what a helper returns stays in the consumer."""
        if isinstance(node, ast.Return):
            if node.value is not None:
                self.visit(node.value)
            return
        super().visit(node)

    def is_message(self, node: ast.AST) -> bool:
        """Whether a node is the message."""
        return super().is_message(node) and not self.helper.takes_channel

    def is_reply_channel(self, node: ast.AST) -> bool:
        """Whether a node is the reply channel."""
        if self.helper.takes_channel:
            return isinstance(node, ast.Name) and node.id == self.message
        return super().is_reply_channel(node)

    def visit_expression(self, node: ast.expr) -> bool:
        """Translate a use of the message; return whether the node is done with."""
        if isinstance(node, ast.Call) and self._is_decorated(node.func):
            self._call_decorated(node)
            return True
        if self.is_reply_channel(node):
            raise self.left(node, "it hands the reply channel to something else")
        arguments = self.function.args
        own = {each.arg for each in (arguments.vararg, arguments.kwarg) if each is not None}
        if self.helper.decorated and isinstance(node, ast.Name) and node.id in own:
            raise self.left(node, "it uses the arguments of the URL in a way that is not known")
        return super().visit_expression(node)

    def _is_decorated(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id == self.helper.decorated

    def _call_decorated(self, call: ast.Call) -> None:
        """Translate the call of the consumer, which gets the same arguments."""
        arguments = self.function.args
        assert arguments.vararg is not None and arguments.kwarg is not None
        expected = f"({self.message}, *{arguments.vararg.arg}, **{arguments.kwarg.arg})"
        if ast.unparse(call) != f"{self.helper.decorated}{expected}":
            raise self.left(call, "it calls the consumer with other arguments")
        self.events.setdefault(id(call), []).append("call")
        self.result.edits.replace_node(call.args[0], "self")

    def content(self, node: ast.expr, key: str, may_be_missing: bool) -> None:
        """Translate a read of a key of the message."""
        if key in ("query_string", "headers") and self.handler == "connect":
            self.of_request(node, key)
            return
        if key not in ("path", "reply_channel", "client"):
            raise self.left(node, f"the message's {key!r} is not at hand in this function")
        super().content(node, key, may_be_missing)


def run_helper(helper: Helper, facts: Facts) -> tuple[list[Event], Translation]:
    """Translate a function for one of the consumers that use it.

    Args:
        helper: The function.
        facts: What is known about the consumer.

    Returns:
        What it does, and its translation.

    Raises:
        Left: Something in it is not understood.
    """
    translator = HelperTranslator(helper, facts)
    return translator.run(), translator.result


def check_decorator(helper: Helper, ends: set[frozenset[Event]], handler: str) -> bool:
    """Check that a decorator either calls the consumer or answers.

    Args:
        helper: The decorator.
        ends: What has happened where it ends.
        handler: ``"connect"``, ``"receive"`` or ``"disconnect"`` of the consumer.

    Returns:
        Whether there is a way on which the consumer is not called.

    Raises:
        Left: It does both, or its answer comes too early or too late.
    """
    for each in ends:
        if "call" in each and len(each) > 1:
            raise Left(helper.module, helper.inner, "it answers before or after the consumer")
        if each & {"reply", "close"} and handler == "disconnect":
            raise Left(helper.module, helper.inner, "it answers a client that is not there")
    return any("call" not in each for each in ends)
