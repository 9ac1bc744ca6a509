"""Says which functions of a consumer become async, and what they await."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...sources.project import Project
from ..outcome import Left
from . import known
from .body import Body
from .calls import Await, Doing
from .expressions import parameters
from .family import Family
from .handlers import Types
from .references import PROPERTIES
from .values import Argument, Function, Kind, Users, larger

_PLAIN = {"staticmethod", "classmethod"}
# Class methods of today's consumers that an async consumer awaits.
_CLASS_METHODS = {"decode_json", "encode_json"}
_SPECIAL = {"__init__", "__repr__", "__str__"}


@dataclass(frozen=True)
class Result:
    """What becomes of a consumer.

    Attributes:
        functions: The functions that it runs, by their nodes' ``id()``.
        waiting: The ``id()`` of those that become async.
        awaits: What those await.
    """

    functions: dict[int, Function]
    waiting: frozenset[int]
    awaits: dict[int, list[Await]]


class Analysis:
    """Looks at all that the classes of a family run.

    Args:
        project: The project.
        family: The classes.
        users: What is known of the users.

    Attributes:
        attributes: The kinds of what is assigned to attributes of the consumer.
    """

    def __init__(self, project: Project, family: Family, users: Users) -> None:
        self.project, self.family, self.users = project, family, users
        self._types = Types(project)
        self.attributes: dict[str, Kind] = dict.fromkeys(self._assigned(), "data")
        self._returned: dict[tuple[int, tuple[tuple[str, Kind], ...]], Kind] = {}
        self._functions: dict[int, Function] = {}
        self._doing: dict[int, Doing] = {}

    def run(self) -> Result:
        """Look at all methods, again until it is known what each attribute may be.

        Raises:
            Left: Something may wait, or read a database.
        """
        before: dict[str, Kind] | None = None
        forced = set[int]()
        while before != self.attributes:
            before = dict(self.attributes)
            self._returned.clear()
            self._functions.clear()
            self._doing.clear()
            forced = self._methods()
        return self._result(forced)

    def store(self, attribute: str, kind: Kind) -> None:
        """Note what an attribute of the consumer is assigned."""
        self.attributes[attribute] = larger(self.attributes.get(attribute, "data"), kind)

    def called(self, function: Function, arguments: Sequence[Argument]) -> Kind:
        """Return what a function of the project returns.

        Raises:
            Left: It may wait, or read a database.
        """
        kinds = _bound(function, arguments)
        key = id(function.node), tuple(sorted(kinds.items()))
        if key not in self._returned:
            self._check_decorators(function)
            # A function that calls itself.
            self._returned[key] = "data"
            self._functions[id(function.node)] = function
            body = Body(self, function, kinds)
            body.check()
            doing = self._doing.setdefault(id(function.node), Doing())
            doing.awaits += body.doing.awaits
            doing.edges += body.doing.edges
            self._returned[key] = body.returned
        return self._returned[key]

    def _assigned(self) -> Iterator[str]:
        for member in self.family.members:
            for node in ast.walk(member.node):
                if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                    yield node.attr

    def _check_decorators(self, function: Function) -> None:
        names = function.decorators
        is_method = function.owner is not None
        if names and not (is_method and len(names) == 1 and names[0] in PROPERTIES | _PLAIN):
            raise Left(function.module, function.node, "what its decorators do is not known")

    def _methods(self) -> set[int]:
        """Look at all methods; return those that Channels calls, and awaits."""
        forced, later = set[int](), list[Function]()
        for member in self.family.members:
            for node in member.node.body:
                if isinstance(node, ast.FunctionDef):
                    function = Function(member.module, node, member.node)
                    if self._is_handler(function):
                        forced.add(id(node))
                        self.called(function, ())
                    else:
                        later.append(function)
        # A method that nobody calls may be called for a message too.
        for function in sorted(later, key=lambda each: each.node.name != "__init__"):
            if id(function.node) in self._functions:
                continue
            self.called(function, ())
            if not function.decorators and not function.node.name.startswith("_"):
                forced.add(id(function.node))
        return forced

    def _is_handler(self, function: Function) -> bool:
        name = function.node.name
        if name.startswith("__") and name not in _SPECIAL:
            raise Left(function.module, function.node, f"what calls {name} is not known")
        if name in known.BASES[self.family.base]:
            return True
        return not name.startswith("_") and self._types.may_lead_to(name)

    def _result(self, forced: set[int]) -> Result:
        waiting = forced | {each for each, doing in self._doing.items() if doing.awaits}
        size = -1
        while size != len(waiting):
            size = len(waiting)
            for caller, doing in self._doing.items():
                if any(edge.callee in waiting for edge in doing.edges):
                    waiting.add(caller)
        awaits: dict[int, list[Await]] = {}
        for caller, doing in self._doing.items():
            found = {id(each.call): each for each in doing.awaits}
            for edge in doing.edges:
                if edge.callee not in waiting:
                    continue
                if edge.problem or not isinstance(edge.node, ast.Call):
                    raise Left(edge.module, edge.node, f"it cannot be awaited {edge.problem}")
                found[id(edge.node)] = Await(edge.node)
            awaits[caller] = [*found.values()]
        for each in waiting:
            _check_may_wait(self._functions[each])
        return Result(dict(self._functions), frozenset(waiting), awaits)


def _bound(function: Function, arguments: Sequence[Argument]) -> dict[str, Kind]:
    """The kinds of a function's arguments, by their names.

    Raises:
        Left: What is not data goes into one with a star.
    """
    node = function.node
    every = parameters(node.args)
    kinds: dict[str, Kind] = dict.fromkeys((each.arg for each in every), "data")
    placed = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
    if function.owner is not None and "staticmethod" not in function.decorators and placed:
        kinds[placed.pop(0)] = "consumer"
    names = iter(placed)
    for each in arguments:
        name = next(names, None) if each.name is None else each.name
        if name in kinds:
            kinds[name] = larger(kinds[name], each.kind)
        elif each.kind not in ("data", "function"):
            raise Left(function.module, node, "what it is called with is not known")
    return kinds


def _check_may_wait(function: Function) -> None:
    """Check that a function may become async.

    Raises:
        Left: It may not.
    """
    node, decorators = function.node, function.decorators
    is_class_method = node.name in _CLASS_METHODS and decorators == ["classmethod"]
    if decorators and not is_class_method:
        raise Left(function.module, node, "its decorators are not made for async functions")
    if function.owner is not None and node.name in _SPECIAL:
        raise Left(function.module, node, f"{node.name} cannot be async")
    if node.name in _CLASS_METHODS and function.owner is not None and not is_class_method:
        raise Left(function.module, node, f"{node.name} is no class method")
    if any(isinstance(each, ast.Yield | ast.YieldFrom) for each in ast.walk(node)):
        raise Left(function.module, node, "it is a generator")
