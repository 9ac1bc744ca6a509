"""Says what the names and attributes of a function stand for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from ..outcome import Left
from . import constants, known
from .calls import Doing, Edge
from .values import NOUNS, Argument, Function, Kind, Surroundings, larger

PROPERTIES = {"property", "functools.cached_property", "django.utils.functional.cached_property"}
# Bases whose classes make something else of a constant.
_ENUM = re.compile("Enum|Choices|Flag")
# What Channels gives to a consumer; a consumer that replaces it is not known.
_FIXED = {"scope", "channel_layer", "channel_name", "base_send"}
# What is known to wait.
_WAITING = ("time.sleep", "requests.", "urllib.request.", "socket.", "subprocess.", "http.client.")


class References:
    """The names of a function.

    Args:
        around: The consumer that runs it, and the project.
        function: The function.

    Attributes:
        names: The kinds of its arguments and variables.
        doing: What it does.
        problem: Why nothing can be awaited at the place that is looked at; ``""`` where it can.
    """

    def __init__(self, around: Surroundings, function: Function) -> None:
        self.around, self.function, self.module = around, function, function.module
        self.names: dict[str, Kind] = {}
        self.doing = Doing()
        self.problem = ""

    def left(self, node: ast.expr | ast.stmt, reason: str) -> Left:
        """Return the exception that says why the consumer stays sync."""
        return Left(self.module, node, reason)

    def kind(self, node: ast.expr) -> Kind:
        """Return what an expression is.

        Raises:
            Left: It may wait, or read a database.
        """
        raise NotImplementedError

    def data(self, nodes: Iterable[ast.expr | None]) -> None:
        """Check that expressions are data, or functions that only work on data.

        Raises:
            Left: One is not.
        """
        for node in nodes:
            if node is not None and (kind := self.kind(node)) not in ("data", "function"):
                raise self.left(node, f"what becomes of {NOUNS[kind]} here is not known")

    def bind(self, target: ast.expr, kind: Kind) -> None:
        """Note what is assigned to a target.

        Raises:
            Left: What the assignment does is not known.
        """
        if isinstance(target, ast.Name):
            self.names[target.id] = larger(self.names.get(target.id, "data"), kind)
        elif isinstance(target, ast.Attribute) and self.kind(target.value) == "consumer":
            self._store(target, kind)
        elif kind not in ("data", "function"):
            raise self.left(target, f"what becomes of {NOUNS[kind]} here is not known")
        elif isinstance(target, ast.Tuple | ast.List):
            for each in target.elts:
                self.bind(each, "data")
        elif isinstance(target, ast.Starred):
            self.bind(target.value, "data")
        elif isinstance(target, ast.Subscript):
            self.data([target.value, target.slice])
        else:
            raise self.left(target, "what this assignment changes is not known")

    def _store(self, target: ast.Attribute, kind: Kind) -> None:
        family, name = self.around.family, target.attr
        if name in _FIXED or name in known.BASES[family.base] or any(family.methods(name)):
            raise self.left(target, f"it replaces {name}, which its class has")
        if kind not in ("data", "user"):
            raise self.left(target, f"what becomes of {NOUNS[kind]} here is not known")
        self.around.store(name, kind)

    def name(self, node: ast.Name) -> Kind:
        """Return what a name is."""
        if node.id in self.names:
            return self.names[node.id]
        if (name := self.module.meaning(node)) is not None:
            return self._meaning(node, name)
        if known.is_builtin(node.id):
            return "function"
        if node.id == "__name__":
            return "data"
        raise self.left(node, f"what {node.id} does is not known")

    def meaning(self, node: ast.expr) -> str | None:
        """Return the dotted name of what is no attribute of an argument or a variable."""
        name = self.module.meaning(node)
        while isinstance(node, ast.Attribute):
            node = node.value
            definition = self.around.project.definition(self.module.meaning(node) or "")
            if definition is not None and isinstance(definition[1], ast.Assign):
                return None
        return None if isinstance(node, ast.Name) and node.id in self.names else name

    def _meaning(self, node: ast.Name | ast.Attribute, name: str) -> Kind:
        """What a dotted name stands for."""
        module, definition = self.around.project.definition(name) or (None, None)
        if module is None and known.is_known(name):
            return "function"
        if known.is_setting(name):
            self._check_setting(node, name.rpartition(".")[2])
            return "data"
        if module is not None and isinstance(definition, ast.Assign):
            value, last = definition.value, name.rpartition(".")[2]
            if isinstance(value, ast.Call) and module.meaning(value.func) == known.GET_LAYER:
                return "layer"
            at = self.left(node, f"{last} may change while this consumer waits")
            constants.check_variable(self.around.project, module, value, last, at)
            return "data"
        if module is not None and isinstance(definition, ast.FunctionDef):
            # It is called with data, and nobody awaits it.
            self.run(Function(module, definition), node, [], "where it is passed on")
            return "function"
        if self._is_constant_of_class(name):
            return "data"
        raise self.left(node, self._reason(node, name))

    def _is_constant_of_class(self, name: str) -> bool:
        """Whether a dotted name is a constant of a class, which is no enum."""
        home, _, last = name.rpartition(".")
        module, node = self.around.project.definition(home) or (None, None)
        if module is None or not isinstance(node, ast.ClassDef):
            return False
        if any(_ENUM.search(module.source(base)) for base in node.bases) or node.keywords:
            return False
        values = [
            each.value
            for each in node.body
            if isinstance(each, ast.Assign)
            and any(constants.node_name(target) == last for target in each.targets)
        ]
        return len(values) == 1 and constants.is_constant(module, values[0])

    def _check_setting(self, node: ast.expr, name: str) -> None:
        for module in self.around.project.modules.values():
            found = module.definitions.get(name) if name in module.text else None
            if "settings" not in module.name or not isinstance(found, ast.Assign):
                continue
            if constants.depth_of(module, found.value) is None:
                raise self.left(node, f"what the setting {name} is is not known")

    def _reason(self, node: ast.Name | ast.Attribute, name: str) -> str:
        """Why what a dotted name stands for is not known."""
        text = self.module.source(node)
        if f".{name}.".count(".objects."):
            return f"{text} may query the database"
        if name.startswith(_WAITING):
            return f"{text} waits, and nothing else would run meanwhile"
        if name in ("channels.Group", "channels.Channel"):
            return f"what it sends with {text} is not converted"
        return f"what {text} does is not known"

    def attribute(self, node: ast.Attribute) -> Kind:
        """Return what an attribute is."""
        if (name := self.meaning(node)) is not None:
            return self._meaning(node, name)
        if self.is_of_builtin(node):
            return "function"
        kind = self.kind(node.value)
        if kind == "consumer":
            return self._of_consumer(node)
        if kind == "user":
            has_field = self.around.users == "django" and node.attr in known.USER_FIELDS
            if has_field or node.attr in known.USER_ATTRIBUTES:
                return "data"
            raise self.left(node, f"{node.attr} of the user may be read from the database")
        if kind == "data" and node.attr in known.ATTRIBUTES:
            return "data"
        raise self.left(node, f"what .{node.attr} of {NOUNS[kind]} does is not known")

    def is_of_builtin(self, node: ast.Attribute) -> bool:
        """Whether an attribute is that of a builtin type, such as ``str.lower``."""
        value = node.value
        return (
            isinstance(value, ast.Name)
            and value.id in known.BUILTIN_TYPES
            and value.id not in self.names
            and self.module.meaning(value) is None
        )

    def _of_consumer(self, node: ast.Attribute) -> Kind:
        name, family = node.attr, self.around.family
        if name == "scope":
            return "scope"
        if name == "channel_layer":
            return "layer"
        for function in family_functions(self.around, name):
            if len(function.decorators) != 1 or function.decorators[0] not in PROPERTIES:
                raise self.left(node, f"{name} is passed on, and nobody would await it")
            return self.run(function, node, [], "where a property is read")
        if name in known.BASES[family.base]:
            raise self.left(node, f"{name} is passed on, and nobody would await it")
        found = [*family.variable(name)]
        for member, value in found if name not in known.CONSUMER_DATA else ():
            at = self.left(node, f"{name} is one for all connections, which may change it")
            constants.check_variable(self.around.project, member.module, value, name, at)
        if found or name in known.CONSUMER_DATA or name in self.around.attributes:
            return self.around.attributes.get(name, "data")
        raise self.left(node, f"where {name} comes from is not known")

    def key_of_scope(self, node: ast.expr, key: str | None) -> Kind:
        """Return what a scope has under a key."""
        if key == "user":
            if self.around.users == "lazy":
                raise self.left(node, "the user may be loaded when it is read")
            return "user"
        if key in known.SCOPE_KEYS:
            return "data"
        if key == "session":
            raise self.left(node, "the session may be read from the database")
        raise self.left(node, "what is read of the scope is not known")

    def run(
        self, function: Function, node: ast.expr, arguments: list[Argument], problem: str = ""
    ) -> Kind:
        """Note that a function of the project is called; return what it returns."""
        edge = Edge(self.module, node, id(function.node), problem or self.problem)
        self.doing.edges.append(edge)
        return self.around.called(function, arguments)


def family_functions(around: Surroundings, name: str) -> list[Function]:
    """Return the methods that the classes of a consumer have under a name."""
    return [
        Function(member.module, node, member.node) for member, node in around.family.methods(name)
    ]
