"""Helpers that connect a client, and leave it to their callers whether the acceptance is checked.

::

    def enter(self, path, **options):
        client = WSClient()
        client.send_and_consume("websocket.connect", path=path, **options)
        return client

    async def enter(self, path, answer=(True, None)):
        client = self.create_communicator()
        self.assertEqual(await client.connect(ws_path=path), answer)
        return client
"""

from __future__ import annotations

import ast
from typing import NamedTuple

from ...sources.edits import Edits
from ..outcome import Left
from .client_calls import client_of
from .clients import Clients
from .events import ACCEPTED
from .family import Family, Method
from .values import arguments_of, calls_of, defaults_of

# The argument of ``send_and_consume``, and that of a converted helper.
CHECKS, ANSWER = "check_accept", "answer"


class Opening(NamedTuple):
    """A call of a helper whose connect may have another answer.

    Attributes:
        call: The call.
        client: The client that it connects, as the caller names it.
        checks: Whether the acceptance is checked there, as always but for ``check_accept=False``.
    """

    call: ast.Call
    client: ast.expr
    checks: bool


class Helpers:
    """The helpers of a family.

    Args:
        family: The family.
        clients: Its clients.
    """

    def __init__(self, family: Family, clients: Clients) -> None:
        self._family = family
        for method in family.methods:
            call = _handing_on(method)
            if call is not None and client_of(method, clients, call) is not None:
                callers = [*calls_of(family, method)]
                is_only = len(family.named(method.node.name)) == 1
                is_known = all(_option(method, each) is not None for _, each in callers)
                if is_only and is_known and _names(method, call) == 1:
                    method.opens = call

    def opening(self, method: Method, statement: ast.stmt) -> Opening | None:
        """Return the call of a helper that a statement is, or ``None``.

        Args:
            method: The method of the statement.
            statement: The statement: ``client = self.enter(…)`` or ``self.enter(…)``.
        """
        value = getattr(statement, "value", None)
        for helper in self._family.named(method.called(value)) if value is not None else ():
            if helper.opens is None:
                continue
            assert isinstance(value, ast.Call) and isinstance(helper.opens.func, ast.Attribute)
            own = helper.opens.func.value
            client: ast.expr | None = None
            if isinstance(statement, ast.Expr):
                # The helper connects the client of the case, or one that it is called with.
                name = own.id if isinstance(own, ast.Name) else ""
                client = dict(arguments_of(helper, value)).get(name) if name else own
            elif isinstance(own, ast.Name) and _returns(helper, own.id):
                targets = statement.targets if isinstance(statement, ast.Assign) else []
                client = targets[0] if len(targets) == 1 else None
            if client is not None:
                return Opening(value, client, _option(helper, value) is not False)
        return None

    def check(self, method: Method) -> None:
        """Check that a method says only in statements of its own that nothing is checked.

        Raises:
            Left: It does so elsewhere.
        """
        known = [
            found.call
            for node in ast.walk(method.node)
            if isinstance(node, ast.stmt) and (found := self.opening(method, node)) is not None
        ]
        for node in ast.walk(method.node):
            for helper in self._family.named(method.called(node)):
                is_known = helper.opens is None or any(node is each for each in known)
                assert isinstance(node, ast.Call)
                if not is_known and _option(helper, node) is False:
                    reason = "whether it checks the acceptance is not known"
                    raise Left(method.module, node, reason)


def convert_signature(method: Method, edits: Edits) -> None:
    """Have a helper take the answer in place of what it hands on."""
    module, own = method.module, method.node.args.kwarg
    if own is not None:
        start, end = module.span(own)
        edits.replace((module.text.rindex("**", 0, start), end), f"{ANSWER}={ACCEPTED}")
        return
    arguments = method.node.args
    [own] = [each for each in [*arguments.args, *arguments.kwonlyargs] if each.arg == CHECKS]
    default = dict(defaults_of(method))[CHECKS]
    edits.replace((module.span(own)[0], module.span(default)[1]), f"{ANSWER}={ACCEPTED}")


def convert_option(method: Method, call: ast.Call, answer: str, edits: Edits) -> None:
    """Have a call of a helper name the answer that it expects, if it is not the usual one.

    Args:
        method: The method of the call.
        call: The call.
        answer: What ``connect()`` returns.
        edits: The changes of its module.
    """
    span = method.module.span
    others = [*call.args, *(each.value for each in call.keywords if each.arg != CHECKS)]
    own = [span(each) for each in call.keywords if each.arg == CHECKS]
    text = "" if answer == ACCEPTED else f"{ANSWER}={answer}"
    if own and (text or not others):
        edits.replace(own[0], text)
    elif own:
        # With the comma in front of it, or behind it where it comes first.
        before = [span(each)[1] for each in others if span(each)[1] <= own[0][0]]
        behind = [span(each)[0] for each in call.keywords if span(each)[0] > own[0][0]]
        edits.replace((max(before), own[0][1]) if before else (own[0][0], min(behind)), "")
    elif text:
        end = span(others[-1])[1] if others else span(call)[1] - 1
        edits.replace((end, end), ", " * bool(others) + text)


def _handing_on(method: Method) -> ast.Call | None:
    """The call in a method which hands on ``**options``, or its argument ``check_accept``."""
    arguments = method.node.args
    default = dict(defaults_of(method)).get(CHECKS)
    is_named = isinstance(default, ast.Constant) and default.value is True
    for node in ast.walk(method.node):
        if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
            continue
        for keyword in node.value.keywords:
            name = keyword.value.id if isinstance(keyword.value, ast.Name) else ""
            is_rest = arguments.kwarg is not None and name == arguments.kwarg.arg
            if (keyword.arg is None and is_rest) or (keyword.arg == name == CHECKS and is_named):
                return node.value
    return None


def _names(method: Method, call: ast.Call) -> int:
    """How often a method names what it hands on; a name of ours counts too."""
    arguments = method.node.args
    name = CHECKS if arguments.kwarg is None else arguments.kwarg.arg
    nodes = [each for each in ast.walk(method.node) if isinstance(each, ast.Name)]
    return sum(each.id in (name, ANSWER) for each in nodes)


def _option(helper: Method, call: ast.Call) -> bool | None:
    """Whether a call has the acceptance checked; ``None`` if it hands on something else."""
    arguments = helper.node.args
    names = {each.arg for each in [*arguments.args, *arguments.kwonlyargs]} - {CHECKS}
    positional = [each for each in arguments.args if each.arg != CHECKS][1:]
    checks = True
    if len(call.args) > len(positional) or any(isinstance(each, ast.Starred) for each in call.args):
        return None
    for keyword in call.keywords:
        if keyword.arg == CHECKS and isinstance(keyword.value, ast.Constant):
            checks = bool(keyword.value.value)
        elif keyword.arg not in names:
            return None
    return checks


def _returns(method: Method, name: str) -> bool:
    last = method.node.body[-1]
    return isinstance(last, ast.Return) and getattr(last.value, "id", "") == name
