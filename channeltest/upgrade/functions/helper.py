"""Translates a function that takes the message of function consumers."""

from __future__ import annotations

import ast
import re
from dataclasses import replace

from .facts import Facts, Translation
from .helpers import CONSUMER, Helper
from .message import Translator
from .order import Event, Order

# What a method's own "self" is called while "self" is the consumer.
_OWN = "channeltest_self"


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
        """Return the names that it needs; it keeps its own arguments."""
        return {"async_to_sync"} if self.helper.is_method else {"self", "async_to_sync"}

    def check_names(self) -> None:
        """Check that it uses no name for something else that its translation needs."""
        super().check_names()
        names = {node.id for node in ast.walk(self.helper.node) if isinstance(node, ast.Name)}
        has_self = re.search(r"\bself\b", self.module.source(self.helper.node))
        if (has_self and not self.helper.is_method) or CONSUMER in names:
            raise self.left(self.function, f"it has a name {CONSUMER!r} or 'self', which is needed")
        if self.message in self.stored_names:
            raise self.left(self.function, "it assigns to its message")

    def answers_behind(self, order: Order) -> set[int]:
        """Return the ``id()`` of the replies that come behind what a group gets."""
        found = super().answers_behind(order)
        is_late = self.helper.follows_sends and self.helper.decorator is None
        return {*self.may_follow} if is_late else found

    def run(self) -> list[Event]:
        """Translate it; return what it does, in the order of the code.

        Raises:
            Left: Something in it is not understood.
        """
        self.translate()
        self.ends = {frozenset(each) for each in self.order.exits}
        self.result.edits.rename("self", CONSUMER)
        self.result.edits.rename(_OWN, "self")
        self.write_arguments()
        return self.events_in_order()

    def write_arguments(self) -> None:
        """Have it take the consumer in the place of the message."""
        argument = self.function.args.args[self.helper.index]
        start = self.module.offset(argument.lineno, argument.col_offset)
        self.result.edits.replace((start, start + len(argument.arg)), CONSUMER)

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

    def is_replaced(self, node: ast.AST) -> bool:
        """Whether a node has another name in a modern consumer, or while it is translated."""
        return self._is_own(node) or super().is_replaced(node)

    def _is_own(self, node: ast.AST) -> bool:
        """Whether a node is the object of which this is a method."""
        return self.helper.is_method and isinstance(node, ast.Name) and node.id == "self"

    def visit_expression(self, node: ast.expr) -> bool:
        """Translate a use of the message; return whether the node is done with."""
        if self._is_own(node):
            self.result.edits.replace_node(node, _OWN)
            return True
        if self.is_reply_channel(node):
            raise self.left(node, "it hands the reply channel to something else")
        return super().visit_expression(node)

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
