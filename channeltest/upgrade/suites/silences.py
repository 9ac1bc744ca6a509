"""After which connects nothing comes, as far as the tests of a family say so.

A test may take a frame and not look at it. Where another test connects at the same path and finds
that nothing has come, nothing comes there either.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

from .client_calls import arguments_of_send, channel_of, client_of
from .clients import Clients
from .events import sides_of
from .family import Family, Method
from .path_texts import paths_of
from .values import Value, Values


class Silences:
    """The paths at which nothing comes when a client has connected.

    Args:
        family: The family.
        clients: Its clients.
        values: What its names stand for.
    """

    def __init__(self, family: Family, clients: Clients, values: Values) -> None:
        self._clients, self._values = clients, values
        found: dict[bool, set[str]] = {True: set(), False: set()}
        for method in family.methods:
            for statement, behind in _pairs(method.node):
                call = getattr(statement, "value", None)
                is_connect = channel_of(method, clients, call) == "websocket.connect"
                if is_connect and isinstance(call, ast.Call):
                    expected = self._expected(method, call, behind)
                    if expected is not None:
                        found[_is_none(expected)] |= self._paths(method, call)
        self._silent = found[True] - found[False]

    def has(self, method: Method, call: ast.Call) -> bool:
        """Whether nothing comes behind a connect."""
        paths = self._paths(method, call)
        return bool(paths) and paths <= self._silent

    def _paths(self, method: Method, call: ast.Call) -> set[str]:
        path = arguments_of_send(method, call).get("path", ast.Constant("/"))
        return {*paths_of(self._values, Value(method, path), {})}

    def _expected(self, method: Method, call: ast.Call, behind: ast.stmt) -> ast.expr | None:
        """What a statement compares with what the client takes that a call has connected."""
        # Where the acceptance is not checked, it is what comes first.
        is_checked = "check_accept" not in arguments_of_send(method, call)
        sides = sides_of(behind) if is_checked else []
        client = client_of(method, self._clients, call)
        for each in sides if len(sides) > 1 else ():
            own = client_of(method, self._clients, each)
            is_taken = getattr(getattr(each, "func", None), "attr", "") == "receive"
            if is_taken and own is not None and ast.unparse(own) == ast.unparse(client or own):
                return sides[1] if each is sides[0] else sides[0]
        return None


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _pairs(function: ast.FunctionDef) -> Iterator[tuple[ast.stmt, ast.stmt]]:
    for node in ast.walk(function):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                yield from pairwise(block)
