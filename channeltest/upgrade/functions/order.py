"""Whether a consumer says the same, in the same order, when its sends leave at once.

In 1.x what a consumer sends leaves when it has finished, while it joins and leaves groups at once.
In a modern consumer everything happens at once, and what it sends to a group that it is in itself
comes back when the handler has finished.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Mapping
from typing import Literal

# "behind" is a reply over the consumer's own channel, which comes behind what a group gets. "call"
# is a decorator's call of what it decorates. "now" and "late" say when 1.x sent what follows: at
# once, or when the consumer had finished.
Event = Literal[
    "accept", "reply", "behind", "close", "add", "discard", "send", "call", "now", "late"
]
# What has happened on one way through the code.
State = frozenset[Event]
Found = tuple[ast.AST, str]

_MOST_STATES = 64
# What a ``with`` takes that suppresses no exception.
_RAISING = {"atomic", "lock", "Lock", "open", "override"}


class Disorder(Exception):
    """A way through the consumer says something else when sends leave at once.

    Args:
        node: The event that comes too late, or twice.
        reason: What is wrong with it.
    """

    def __init__(self, node: ast.AST, reason: str) -> None:
        self.node, self.reason = node, reason
        super().__init__(reason)


class Order:
    """Follows every way through a consumer.

    Args:
        handler: ``"connect"``, ``"receive"`` or ``"disconnect"``.
        events: What the nodes of the consumer do, by their ``id()``.
        may_follow: The ``id()`` of replies that can be sent behind what a group gets.
        choices: What nodes may do later, by their ``id()``: nothing, or one of several things.

    Attributes:
        outcomes: What nodes do, by their ``id()``, where they do one of several things.
        exits: What has happened where the consumer ends, each way.
        accepts_late: Whether it may send a frame before it has accepted.
        followers: Those of the replies that come behind a send to a group.
    """

    def __init__(
        self,
        handler: str,
        events: Mapping[int, Iterable[Event]],
        may_follow: Collection[int] = (),
        choices: Mapping[int, Iterable[Iterable[Event]]] | None = None,
    ) -> None:
        self.handler, self.events, self.may_follow = handler, events, may_follow
        self.choices = choices or {}
        self.outcomes: Mapping[int, Iterable[Iterable[Event]]] = {}
        self.followers: set[int] = set()
        self.accepts_late = False
        self.exits: set[State] = set()
        # What may have happened where an exception comes, for each ``try`` around.
        self._broken: list[set[State]] = []
        # What is handed on, and may be called later.
        self._later: dict[int, ast.AST] = {}

    def check(self, body: list[ast.stmt]) -> None:
        """Check a consumer.

        Raises:
            Disorder: The order of what clients get would change.
        """
        self.exits = self._block(body, {frozenset()}) | self.exits
        for node in [*self._later.values()]:
            self._happen(node, self.exits)
        if self.handler == "connect":
            # What a group gets would accept it.
            silent = [each for each in self.exits if not each & {"accept", "close"}]
            self.accepts_late |= any("add" in each for each in silent)

    def _block(self, body: list[ast.stmt], states: set[State]) -> set[State]:
        """Return what may have happened at the end of a block; nothing if it is never reached."""
        for statement in body:
            states = self._statement(statement, states)
            if len(states) > _MOST_STATES:
                raise Disorder(statement, "there are too many ways through this function")
        return states

    def _statement(self, node: ast.stmt, states: set[State]) -> set[State]:
        if isinstance(node, ast.If):
            states = self._happen(node.test, states)
            return self._block(node.body, states) | self._block(node.orelse, states)
        if isinstance(node, ast.For | ast.While):
            return self._loop(node, states)
        if isinstance(node, ast.With):
            for item in node.items:
                states = self._happen(item.context_expr, states)
            if may_suppress(node):
                done, broken = self._guarded(node.body, states)
                return done | broken
            return self._block(node.body, states)
        if isinstance(node, ast.Try):
            return self._try(node, states)
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            if any(self._known(each) for each in ast.walk(node)):
                raise Disorder(node, "it is not known when a function in it answers or sends")
            return states
        states = self._happen(node, states)
        leaves = isinstance(node, ast.Return | ast.Raise | ast.Break | ast.Continue)
        # What follows a loop is reached by break, with what has happened before the loop or in it.
        if isinstance(node, ast.Break | ast.Continue):
            return states
        if leaves:
            self.exits |= states
            return set()
        return states

    def _loop(self, node: ast.For | ast.While, states: set[State]) -> set[State]:
        if isinstance(node, ast.For):
            states = self._happen(node.iter, states)
            once = self._block(node.body, states)
            return self._block(node.orelse, states | once | self._block(node.body, once))
        states = self._happen(node.test, states)
        for _ in range(2):
            states = states | self._happen(node.test, self._block(node.body, states))
        return self._block(node.orelse, states)

    def _guarded(self, body: list[ast.stmt], states: set[State]) -> tuple[set[State], set[State]]:
        """Return what may have happened behind a block, and where an exception comes in it."""
        broken = {*states}
        self._broken.append(broken)
        done = self._block(body, states)
        self._broken.pop()
        return done, broken

    def _try(self, node: ast.Try, states: set[State]) -> set[State]:
        left, self.exits = self.exits, set()
        anywhere = {*states}
        self._broken.append(anywhere)
        # An exception may come behind anything that happens in the block.
        done, broken = self._guarded(node.body, states)
        ends = self._block(node.orelse, done)
        for handler in node.handlers:
            ends |= self._block(handler.body, broken)
        self._broken.pop()
        inside, self.exits = self.exits, left
        if not node.finalbody:
            self.exits |= inside
            return ends
        # What leaves the block goes through here, too; exceptions do so that nobody catches.
        self._block(node.finalbody, anywhere | inside)
        self.exits |= self._block(node.finalbody, inside)
        return self._block(node.finalbody, ends or broken)

    def _known(self, node: ast.AST) -> bool:
        return any(id(node) in each for each in (self.events, self.choices, self.outcomes))

    def _happen(self, node: ast.AST, states: set[State]) -> set[State]:
        """Return what has happened when an expression or a plain statement is evaluated."""
        if isinstance(node, ast.Lambda):
            self._later[id(node)] = node.body
        if isinstance(node, ast.IfExp):
            states = self._happen(node.test, states)
            return self._happen(node.body, states) | self._happen(node.orelse, states)
        if isinstance(node, ast.BoolOp):
            found = states = self._happen(node.values[0], states)
            for value in node.values[1:]:
                states = self._happen(value, states)
                found = found | states
            return found
        is_loop = isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp)
        for _ in range(2 if is_loop else 1):
            before = states
            for child in parts_in_order(node):
                states = self._happen(child, states)
            states = states | before if is_loop else states
        choices = self.choices.get(id(node), ())
        states = states.union(*(self._after(node, events, states) for events in choices))
        states = self._after(node, self.events.get(id(node), ()), states)
        if id(node) in self.outcomes:
            ways = [self._after(node, way, states) for way in self.outcomes[id(node)]]
            states = set[State]().union(*ways)
        return states

    def _after(self, node: ast.AST, events: Iterable[Event], states: set[State]) -> set[State]:
        for event in events:
            if isinstance(node, ast.Attribute):
                self._later[id(node)] = node
            for state in states:
                self._check(node, event, state)
            states = {self._next(event, state) for state in states}
            for broken in self._broken:
                broken |= states
        return states

    def _next(self, event: Event, state: State) -> State:
        # What comes behind is sent like what goes to a group.
        happened: Event = "send" if event == "behind" else event
        is_frame = event in ("reply", "behind")
        if is_frame and self.handler == "connect" and "accept" not in state:
            # Servers of Channels 1 accepted a client with its first frame.
            self.accepts_late = True
            return state | {"accept", happened}
        return state | {happened}

    def _check(self, node: ast.AST, event: Event, state: State) -> None:
        if event in ("now", "late"):
            if event == "now" and "late" in state:
                raise Disorder(node, "it is immediate, and came before what is sent above it")
            return
        says = event in ("accept", "reply", "behind", "close", "call")
        if self.handler == "disconnect":
            if says:
                raise Disorder(node, "it answers a client that has left")
            return
        if says and "close" in state:
            raise Disorder(node, "it answers after it has closed the connection")
        if event == "add" and "close" in state:
            raise Disorder(node, "it joins a group after it has closed the connection")
        is_member = self.handler == "receive" or "add" in state
        if event == "send" and "close" in state and is_member and "discard" not in state:
            raise Disorder(node, "it sends to a group after it has closed a connection in it")
        if event == "accept" and (self.handler != "connect" or "accept" in state):
            raise Disorder(node, "it accepts a connection that may be accepted already")
        if "send" in state and event == "reply" and id(node) in self.may_follow:
            self.followers.add(id(node))
        elif "send" in state and event not in ("send", "behind"):
            reason = (
                "it goes on after a send to a group, which came before this for the sender in 1.x "
                "and would come after it now"
            )
            raise Disorder(node, reason)


def parts_in_order(node: ast.AST) -> list[ast.AST]:
    """Return the parts of a node in the order in which they are evaluated.

    Args:
        node: An expression or a plain statement.
    """
    parts = [*ast.iter_child_nodes(node)]
    # What a comprehension loops over comes before what it makes of it.
    return sorted(parts, key=lambda each: not isinstance(each, ast.comprehension))


def may_suppress(node: ast.With) -> bool:
    """Whether a ``with`` may go on where an exception has come in it.

    Args:
        node: The statement.
    """
    contexts = [each.context_expr for each in node.items]
    functions = [each.func if isinstance(each, ast.Call) else each for each in contexts]
    names = {getattr(each, "attr", getattr(each, "id", "")) for each in functions}
    return not names <= _RAISING
