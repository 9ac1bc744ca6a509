"""Says what the calls of a function do, and finds those that have to be awaited."""

from __future__ import annotations

import ast

from ...sources.literals import literal
from . import known
from .calls import Await
from .expressions import Expressions
from .references import family_functions
from .values import NOUNS, Argument, Function, Kind, larger


class Calling(Expressions):
    """The calls of a function."""

    def call(self, node: ast.Call) -> Kind:
        """Return what a call returns."""
        function = node.func
        if isinstance(function, ast.Call) and self.module.meaning(function.func) == known.SYNC:
            return self._layer(node, function)
        name = self.meaning(function)
        if isinstance(function, ast.Attribute) and name is None:
            return self._method(node, function)
        if name == known.GET_LAYER:
            self.check_arguments(node)
            return "layer"
        module, definition = (self.around.project.definition(name) if name else None) or (
            None,
            None,
        )
        if module is not None and isinstance(definition, ast.FunctionDef):
            return self.run(Function(module, definition), node, self._arguments(node))
        if isinstance(definition, ast.ClassDef):
            raise self.left(node, f"what making a {definition.name} does is not known")
        if self.kind(function) != "function":
            raise self.left(node, "what this calls is not known")
        self.check_arguments(node)
        return "data"

    def _layer(self, node: ast.Call, sync: ast.Call) -> Kind:
        method = sync.args[0] if len(sync.args) == 1 and not sync.keywords else None
        if (
            not isinstance(method, ast.Attribute)
            or method.attr not in known.LAYER_METHODS
            or self.kind(method.value) != "layer"
        ):
            raise self.left(node, "what async_to_sync calls is not known")
        if "#" in self.module.source(sync):
            raise self.left(node, "a comment stands inside of async_to_sync()")
        self.check_arguments(node)
        self._await(Await(node, method))
        return "data"

    def _method(self, node: ast.Call, function: ast.Attribute) -> Kind:
        name = function.attr
        if _is_super(function.value):
            return self._of_super(node, function)
        if self.is_of_builtin(function):
            self.check_arguments(node)
            return "data"
        kind = self.kind(function.value)
        if kind == "consumer":
            return self._of_class(node, name, family_functions(self.around, name))
        if kind == "scope" and name == "get" and node.args:
            self.data(node.args[1:])
            return self.key_of_scope(node, literal(node.args[0]))
        is_known = kind == "data" and name in known.ATTRIBUTES
        if kind == "user" and self.around.users == "django":
            is_known = name in known.USER_METHODS
        if not is_known:
            raise self.left(node, f"what .{name}() of {NOUNS[kind]} does is not known")
        self.check_arguments(node)
        return "data"

    def _of_super(self, node: ast.Call, function: ast.Attribute) -> Kind:
        if function.attr == "__init__":
            self.check_arguments(node)
            return "data"
        # A method that super() leads to is not the one that calls it.
        own = family_functions(self.around, function.attr)
        others = [each for each in own if each.node is not self.function.node]
        return self._of_class(node, function.attr, others)

    def _of_class(self, node: ast.Call, name: str, own: list[Function]) -> Kind:
        """Return what a method returns that the classes, or their base, define."""
        arguments = self._arguments(node)
        found: Kind = "data"
        for each in own:
            found = larger(found, self.run(each, node, arguments))
        if name in known.BASES[self.around.family.base]:
            if any(each.kind not in ("data", "function") for each in arguments):
                raise self.left(node, f"what {name}() is called with is not known")
            if not own:
                self._await(Await(node))
        elif not own:
            raise self.left(node, f"what {name}() does is not known")
        return found

    def _await(self, found: Await) -> None:
        if self.problem:
            raise self.left(found.call, f"it cannot be awaited {self.problem}")
        self.doing.awaits.append(found)

    def _arguments(self, node: ast.Call) -> list[Argument]:
        starred = [each for each in node.args if isinstance(each, ast.Starred)]
        self.data([*starred, *(each.value for each in node.keywords if each.arg is None)])
        placed = [Argument(None, self.kind(each)) for each in node.args if each not in starred]
        if starred and any(each.kind != "data" for each in placed):
            raise self.left(node, "which arguments it is called with is not known")
        named = [
            Argument(each.arg, self.kind(each.value))
            for each in node.keywords
            if each.arg is not None
        ]
        return [*placed, *named]

    def check_arguments(self, node: ast.Call) -> None:
        """Check what a known function is called with: data, and functions that it may call."""
        self.data([*node.args, *(each.value for each in node.keywords)])


def _is_super(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"
    )
