"""Whether a frame goes to the connection of its client.

A client of Channels 1 names a path with each message, which may lead to another consumer. A
communicator has one path.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from ..outcome import Left
from .client_calls import arguments_of_send, channel_of
from .clients import Clients
from .family import Family, Method
from .path_texts import paths_of
from .values import Value, Values, arguments_of, assigned, defaults_of

_FRAMES = ("websocket.receive", "websocket.disconnect")


class Paths:
    """The paths of a family's clients.

    Args:
        family: The family.
        clients: Its clients.
        values: What its names stand for.
    """

    def __init__(self, family: Family, clients: Clients, values: Values) -> None:
        self._family, self._clients, self._values = family, clients, values

    def check(self, method: Method) -> None:
        """Check that the frames of a method go where its clients are connected.

        Raises:
            Left: One goes elsewhere, or that is not known; or a client connects again.
        """
        self._check_once(method)
        self._check_channels(method)
        for call in _calls(method, self._clients, _FRAMES):
            path = arguments_of_send(method, call).get("path")
            if path is None:
                continue
            assert isinstance(call.func, ast.Attribute)
            places = {*self._connected(method, call.func.value)}
            found = {*paths_of(self._values, Value(method, path), {})}
            if not found <= places:
                where = ", ".join(map(repr, sorted(found - places)))
                reason = f"whether its client is connected at {where} is not known"
                raise Left(method.module, call, reason)

    def _check_channels(self, method: Method) -> None:
        """Check that clients of which a method reads the channel are connected, and named by it.

        Raises:
            Left: One may be connected nowhere, or has a channel that the tests made up.
        """
        for node in ast.walk(method.node):
            if not isinstance(node, ast.Attribute) or node.attr != "reply_channel":
                continue
            if not self._clients.has(method, node.value) or isinstance(node.ctx, ast.Store):
                continue
            own = [method] if isinstance(node.value, ast.Name) else self._family.methods
            paths = [path for each in own for path in self._opened(each, ast.unparse(node.value))]
            if isinstance(node.value, ast.Name):
                for value in assigned(method, node.value.id):
                    paths += self._opened_by(method, value)
            if not paths or any(map(_names_channel, self._family.methods)):
                raise Left(method.module, node, "what its client's channel is is not known")

    def _check_once(self, method: Method) -> None:
        """Check that each client of a method connects once: a communicator is one connection."""
        seen: dict[str, int] = {}
        for call in _calls(method, self._clients, ["websocket.connect"]):
            assert isinstance(call.func, ast.Attribute)
            client = call.func.value
            name = ast.unparse(client)
            seen[name] = seen.get(name, 0) + 1
            made = [*assigned(method, name)] if isinstance(client, ast.Name) else [client]
            if seen[name] > max(1, len(made)) and not self._clients.makes(method, client):
                raise Left(method.module, call, "the client connects again")

    def _connected(self, method: Method, client: ast.expr) -> Iterator[str]:
        """The paths at which a client may be connected."""
        own = [*self._opened(method, ast.unparse(client))]
        if not own and isinstance(client, ast.Name):
            for value in assigned(method, client.id):
                assert isinstance(value, ast.expr)
                own += self._opened_by(method, value)
        if not own:
            own = [path for each in self._family.methods for path in self._opened(each)]
        yield from own

    def _opened(self, method: Method, client: str = "") -> Iterator[str]:
        for call in _calls(method, self._clients, ["websocket.connect"]):
            assert isinstance(call.func, ast.Attribute)
            if not client or ast.unparse(call.func.value) == client:
                yield from self._path(method, call)

    def _opened_by(self, method: Method, made: ast.expr) -> Iterator[str]:
        """The paths that a method connects to which returns a client."""
        for callee in self._family.named(method.called(made)):
            assert isinstance(made, ast.Call)
            given = {name: Value(callee, each) for name, each in defaults_of(callee)}
            given |= {name: Value(method, each) for name, each in arguments_of(callee, made)}
            for call in _calls(callee, self._clients, ["websocket.connect"]):
                yield from self._path(callee, call, given)

    def _path(
        self, method: Method, call: ast.Call, given: dict[str, Value] | None = None
    ) -> Iterator[str]:
        path = arguments_of_send(method, call).get("path", ast.Constant("/"))
        yield from paths_of(self._values, Value(method, path), given or {})


def _names_channel(method: Method) -> bool:
    """Whether a method gives a client another channel."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == "reply_channel"
        and isinstance(node.ctx, ast.Store)
        for node in ast.walk(method.node)
    )


def _calls(method: Method, clients: Clients, channels: Collection[str]) -> Iterator[ast.Call]:
    for node in ast.walk(method.node):
        if isinstance(node, ast.Call) and channel_of(method, clients, node) in channels:
            yield node
