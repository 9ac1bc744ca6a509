"""Synchronous code in a coroutine: what may use the database runs in the test's thread.

A call of a function that is not known to do without runs there, through ``sync_to_async``.
"""

from __future__ import annotations

import ast
import re
import unittest
from collections.abc import Collection

from ...sources.project import Project
from .family import Method, is_super
from .values import assigned

_CONTEXTS = ("Raises", "Warns", "Logs", "NoLogs")
# Assertions that compare values.
ASSERTIONS = {
    name
    for name in dir(unittest.TestCase)
    if name.startswith("assert") and not any(each in name for each in _CONTEXTS)
} | {"assertEquals", "assertDictContainsSubset", "assertJSONEqual", "assertItemsEqual"}
_OF_CASES = {*ASSERTIONS, "fail", "skipTest", "addCleanup"}
# Functions that only look at values of Python.
_BUILTINS = {"range", "int", "float", "isinstance", "enumerate", "zip", "dict", "hasattr", "print"}
# Functions that do so if they are not handed a query.
_OF_VALUES = {
    *("len", "list", "sorted", "set", "tuple", "str", "repr", "sum", "min", "max", "any", "all"),
    *("bool", "frozenset", "reversed"),
}
_MODULES = (
    *("json.", "datetime.", "uuid.", "decimal.", "re.", "math.", "unittest.mock.", "itertools."),
    *(
        "collections.",
        "copy.",
        "functools.partial",
        "django.urls.reverse",
        "django.utils.timezone.",
        "io.StringIO",
        "io.BytesIO",
    ),
)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp)
_VALUES = (ast.Constant, ast.JoinedStr, ast.List, ast.Tuple, ast.Dict, ast.Set)


# A field of a model whose value is another object, which may have to be loaded.
_RELATION = re.compile(r"^\s+(\w+)\s*=\s*[\w.]*(?:ForeignKey|OneToOneField)\(", re.MULTILINE)


def relations(project: Project) -> set[str]:
    """Return the names of the fields of a project's models that lead to other objects.

    Args:
        project: The project.
    """
    modules = [each for each in project.modules.values() if "models." in each.text]
    return {match[1] for module in modules for match in _RELATION.finditer(module.text)}


class Blocking:
    """Which expressions of a method may use the database.

    Args:
        method: The method.
        relations: The names of fields that lead to other objects.
    """

    def __init__(self, method: Method, relations: Collection[str]) -> None:
        self._method, self._relations = method, relations

    def is_plain_call(self, call: ast.Call) -> bool:
        """Whether a function is known to do without the database; its arguments may not be."""
        function = call.func
        if isinstance(function, ast.Name) and function.id not in self._method.module.definitions:
            if function.id in _BUILTINS:
                return True
            if function.id in _OF_VALUES:
                return all(self._is_value(each) or self._holds_values(each) for each in call.args)
        if isinstance(function, ast.Attribute):
            if isinstance(function.value, ast.Constant | ast.JoinedStr | ast.Dict):
                return True
            if isinstance(function.value, ast.Name) and function.value.id == self._method.this:
                return function.attr in _OF_CASES
            if self._holds_values(function.value):
                return True
        return self._is_of_module(call)

    def has(self, node: ast.AST) -> bool:
        """Whether an expression may use the database where it is evaluated."""
        if isinstance(node, ast.Lambda | ast.Constant | ast.Name):
            return False
        if isinstance(node, ast.Attribute):
            return not self._is_plain_attribute(node)
        if isinstance(node, ast.Call):
            if not self.is_plain_call(node):
                return True
            is_of_value = isinstance(node.func, ast.Attribute) and self.has(node.func.value)
            return is_of_value or any(self.has(each) for each in self._arguments(node))
        return any(self.has(each) for each in ast.iter_child_nodes(node))

    def _holds_values(self, node: ast.expr) -> bool:
        """Whether a variable only ever holds values of Python, or what its modules return."""
        found = [*assigned(self._method, node.id)] if isinstance(node, ast.Name) else []
        return bool(found) and all(
            isinstance(each, (*_VALUES, *_COMPREHENSIONS))
            or (isinstance(each, ast.Call) and self._is_of_module(each))
            for each in found
        )

    def _is_of_module(self, call: ast.Call) -> bool:
        return (self._method.module.meaning(call.func) or "").startswith(_MODULES)

    def is_query(self, node: ast.expr) -> bool:
        """Whether a loop over an expression may make a query."""
        return not (self._is_value(node) or isinstance(node, ast.Name)) and self.has(node)

    def _arguments(self, call: ast.Call) -> list[ast.expr]:
        return [*call.args, *(each.value for each in call.keywords)]

    def _is_plain_attribute(self, node: ast.Attribute) -> bool:
        """Whether an attribute is found without a query: it is one of a variable or a module."""
        names, value = [node.attr], node.value
        while isinstance(value, ast.Attribute):
            names.append(value.attr)
            value = value.value
        if not isinstance(value, ast.Name):
            return isinstance(value, ast.Constant | ast.JoinedStr) or is_super(value)
        if value.id in self._method.module.imports or value.id in self._method.module.definitions:
            return True
        is_own = value.id == self._method.this
        of_object = names[:-1] if is_own else names
        return len(of_object) < 2 and not any(each in self._relations for each in of_object)

    def _is_value(self, node: ast.expr) -> bool:
        """Whether an expression is a value that is spelled out."""
        if isinstance(node, (ast.Await, ast.BinOp, *_COMPREHENSIONS)):
            return True
        if isinstance(node, ast.Call):
            return self.is_plain_call(node)
        return isinstance(node, _VALUES)
