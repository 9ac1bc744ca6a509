"""What tests do with groups and channels of Channels 1: calls of the layer of today."""

from __future__ import annotations

import ast
from collections.abc import Callable

from ...sources.literals import literal, spelled_dict
from ..functions.handlers import TYPE
from ..outcome import Left
from ..units.worker_units import type_on
from .family import Method
from .handlers import Handlers
from .values import arguments_of_call

_MEMBERS = {"add": "group_add", "discard": "group_discard"}
_LAYER = "get_channel_layer()"
_KINDS = {"channels.Group": "group", "channels.Channel": "channel"}
# Seconds after which a message that does not come fails the test.
_WAIT = 1


class LayerCalls:
    """Converts what a method does with ``Group``, ``Channel`` and ``get_next_message``.

    Args:
        method: The method.
        render: Returns the text of an expression as it is converted.
        need: Is called with the module and the name of what the new text imports.
        handlers: The handlers of the project.
    """

    def __init__(
        self,
        method: Method,
        render: Callable[[ast.expr], str],
        need: Callable[[str, str], None],
        handlers: Handlers,
    ) -> None:
        self._method, self._render, self._need = method, render, need
        self._handlers = handlers

    def has(self, node: ast.AST) -> bool:
        """Whether a node is such a call."""
        return bool(self._kind(node)) or self.takes(node)

    def takes(self, node: ast.AST) -> bool:
        """Whether a node is a call of ``get_next_message`` of the test case."""
        return self._method.called(node) == "get_next_message"

    def text(self, call: ast.Call) -> str:
        """Return what a call becomes.

        Raises:
            Left: It is not known.
        """
        assert isinstance(call.func, ast.Attribute)
        if self.takes(call):
            return self._next_message(call)
        made, done = call.func.value, call.func.attr
        assert isinstance(made, ast.Call)
        name, is_group = self._render(made.args[0]), self._kind(call) == "group"
        if is_group and done in _MEMBERS and len(call.args) == 1 and not call.keywords:
            text = f"{_MEMBERS[done]}({name}, {self._render(call.args[0])})"
        elif done == "send" and is_group:
            text = f"group_send({name}, {self._for_group(call)})"
        elif done == "send":
            return self.send(made.args[0], self._content(call))
        else:
            raise self._left(call, f"what {done}() becomes is not known")
        self._need("channels.layers", "get_channel_layer")
        return f"await {_LAYER}.{text}"

    def send(self, channel: ast.expr, content: ast.expr) -> str:
        """Return what a send to a channel becomes.

        Args:
            channel: The name of the channel.
            content: The message.

        Raises:
            Left: The message is not known, or has no handler.
        """
        message = self._for_channel(content, literal(channel))
        self._need("channels.layers", "get_channel_layer")
        return f"await {_LAYER}.send({self._render(channel)}, {message})"

    def nothing(self, call: ast.Call) -> str:
        """Return the assertion that no message waits on the channel of a ``get_next_message``."""
        self._need("channeltest", "layers")
        channel = self._render(self._channel_of(call))
        return f"{self._method.this}.assertEqual(layers.messages({channel}), [])"

    def _next_message(self, call: ast.Call) -> str:
        self._need("asyncio", "wait_for")
        self._need("channels.layers", "get_channel_layer")
        channel = self._render(self._channel_of(call))
        return f"await wait_for({_LAYER}.receive({channel}), {_WAIT})"

    def _channel_of(self, call: ast.Call) -> ast.expr:
        found = arguments_of_call(self._method, call, ("channel", "alias", "require"))
        if "alias" in found or "channel" not in found:
            raise self._left(call, "the channel is on another layer")
        return found["channel"]

    def _for_group(self, call: ast.Call) -> str:
        content = self._content(call)
        spelled = spelled_dict(content)
        keys = [] if spelled is None else [literal(each) for each in spelled.keys]
        if "type" in keys:
            return self._render(content)
        if spelled is None or keys != ["text"]:
            raise self._left(call, "it is more than a text")
        if not self._handlers.take_texts:
            raise self._left(call, f"a consumer that joins groups has no handler of {TYPE}")
        return f'{{"type": "{TYPE}", "text": {self._render(spelled.values[0])}}}'

    def _for_channel(self, content: ast.expr, channel: str | None) -> str:
        spelled = spelled_dict(content)
        if channel is None or spelled is None or not isinstance(content, ast.Dict):
            raise self._left(content, "the channel or the message is not spelled out")
        if "type" in [literal(each) for each in spelled.keys]:
            return self._render(content)
        kind = type_on(channel)
        if not self._handlers.has(kind):
            raise self._left(content, f"no consumer has a handler of {kind}")
        rest = self._render(content)[1:].lstrip()
        return f'{{"type": "{kind}"{", " if content.keys else ""}{rest}'

    def _content(self, call: ast.Call) -> ast.expr:
        options = {each.arg for each in call.keywords}
        if len(call.args) != 1 or not options <= {"immediately"}:
            raise self._left(call, "its arguments are not known")
        return call.args[0]

    def _kind(self, node: ast.AST) -> str:
        """``"group"`` or ``"channel"`` for a call of a method of one, else ``""``."""
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return ""
        made = node.func.value
        if not isinstance(made, ast.Call) or len(made.args) != 1 or made.keywords:
            return ""
        return _KINDS.get(self._method.module.meaning(made.func) or "", "")

    def _left(self, node: ast.expr, reason: str) -> Left:
        return Left(self._method.module, node, reason)
