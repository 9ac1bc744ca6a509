"""Dicts of functions that take a message: ``COMMANDS[payload["command"]](message, payload)``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...sources.module import Module
from ...sources.project import Project

# What looks at the keys of a dict only.
_OF_KEYS = {"sorted", "list", "len", "set", "tuple", "bool"}
_TESTS = (ast.Compare, ast.If, ast.IfExp, ast.UnaryOp, ast.BoolOp, ast.While, ast.Assert)

Definition = tuple[Module, ast.FunctionDef]
Caller = tuple[ast.FunctionDef, ast.Call]


def functions_of_call(
    project: Project, module: Module, function: ast.FunctionDef, call: ast.Call
) -> list[Definition]:
    """Return the functions of a dict of which a call may call one.

    Args:
        project: The project.
        module: The module of the call.
        function: The function that has the call.
        call: The call.

    Returns:
        The functions; nothing if the call looks up none, or one of them is not known.
    """
    lookup: ast.expr | None = call.func
    if isinstance(lookup, ast.Name):
        lookup = _only_value(function, lookup.id)
    node, default = _table_of(lookup)
    found = _dict_of(project, module, function, node)
    if found is None:
        return []
    home, table = found
    names = [(home, value) for value in table.values]
    if default is not None and not (isinstance(default, ast.Constant) and default.value is None):
        names.append((module, default))
    functions: dict[int, Definition] = {}
    for origin, name in names:
        meaning = origin.meaning(name)
        definition = project.definition(meaning) if meaning else None
        if definition is None or not isinstance(definition[1], ast.FunctionDef):
            return []
        functions[id(definition[1])] = definition[0], definition[1]
    return [*functions.values()]


def _table_of(lookup: ast.expr | None) -> tuple[ast.expr | None, ast.expr | None]:
    """What a function is looked up in, and what is taken if it is not there."""
    if isinstance(lookup, ast.Subscript):
        return lookup.value, None
    if isinstance(lookup, ast.Call) and isinstance(lookup.func, ast.Attribute):
        count = len(lookup.args)
        if lookup.func.attr == "get" and count in (1, 2) and not lookup.keywords:
            return lookup.func.value, lookup.args[1] if count == 2 else None
    return None, None


def _dict_of(
    project: Project, module: Module, function: ast.FunctionDef, node: ast.expr | None
) -> tuple[Module, ast.Dict] | None:
    """The dict that an expression is or names, with its module."""
    if isinstance(node, ast.Name) and (own := _only_value(function, node.id)) is not None:
        node = own
    elif isinstance(node, ast.Name | ast.Attribute):
        meaning = module.meaning(node)
        definition = project.definition(meaning) if meaning else None
        statement = definition[1] if definition else None
        if definition is None or not isinstance(statement, ast.Assign):
            return None
        module, node = definition[0], statement.value
    return (module, node) if isinstance(node, ast.Dict) else None


def _only_value(function: ast.FunctionDef, name: str) -> ast.expr | None:
    """What a variable of a function holds that is assigned once."""
    stored = [
        each
        for each in ast.walk(function)
        if isinstance(each, ast.Name) and each.id == name and not isinstance(each.ctx, ast.Load)
    ]
    values = [
        each.value
        for each in ast.walk(function)
        if isinstance(each, ast.Assign) and each.targets == stored[:1]
    ]
    return values[0] if len(stored) == len(values) == 1 else None


def callers(project: Project, module: Module, node: ast.expr) -> list[Caller] | None:
    """Return the calls that may call a function which stands in a dict, or in its place.

    Args:
        project: The project.
        module: The module of the dict.
        node: The name of the function in the dict, or in a ``get`` of one.

    Returns:
        The calls, each with the function that makes it; ``None`` if not all of them are known.
    """
    parent = next(module.around(node))
    if isinstance(parent, ast.Call) and len(parent.args) == 2 and parent.args[1] is node:
        return _calls_of_lookup(module, parent) if _table_of(parent)[0] is not None else None
    if not isinstance(parent, ast.Dict) or not any(value is node for value in parent.values):
        return None
    around = next(module.around(parent))
    if not isinstance(around, ast.Assign):
        return _calls_of_table(module, parent)
    name = around.targets[0] if len(around.targets) == 1 else None
    if not isinstance(name, ast.Name):
        return None
    functions = [each for each in module.around(around) if isinstance(each, ast.FunctionDef)]
    uses: list[tuple[Module, ast.expr]]
    if functions:
        uses = [(module, each) for each in _loads(functions[0], name.id)]
        is_known = _only_value(functions[0], name.id) is parent
    else:
        uses = [(use.module, use.node) for use in project.uses(f"{module.name}.{name.id}")]
        is_known = module.definitions.get(name.id) is around
    calls: list[Caller] = []
    for home, use in uses if is_known else ():
        found = None if home.is_test else _calls_of_table(home, use)
        if found is None:
            return None
        calls += found
    return calls if is_known else None


def _loads(function: ast.FunctionDef, name: str) -> Iterator[ast.Name]:
    for each in ast.walk(function):
        if isinstance(each, ast.Name) and each.id == name and isinstance(each.ctx, ast.Load):
            yield each


def _calls_of_table(module: Module, table: ast.expr) -> list[Caller] | None:
    """The calls of what one use of a dict looks up."""
    around = module.around(table)
    parent, outer = next(around), next(around, None)
    if isinstance(parent, ast.Subscript) and parent.value is table:
        return _calls_of_lookup(module, parent) if isinstance(parent.ctx, ast.Load) else None
    if isinstance(parent, ast.Attribute) and isinstance(outer, ast.Call) and outer.func is parent:
        if parent.attr == "keys":
            return []
        return _calls_of_lookup(module, outer) if _table_of(outer)[0] is not None else None
    is_membership = isinstance(parent, ast.Compare) and all(
        isinstance(each, ast.In | ast.NotIn) for each in parent.ops
    )
    is_of_keys = isinstance(parent, ast.Call) and getattr(parent.func, "id", "") in _OF_KEYS
    is_iterated = isinstance(parent, ast.For | ast.comprehension) and parent.iter is table
    return [] if is_membership or is_of_keys or is_iterated else None


def _calls_of_lookup(module: Module, lookup: ast.expr) -> list[Caller] | None:
    """The calls of what is looked up in a dict, at once or by a variable."""
    functions = [each for each in module.around(lookup) if isinstance(each, ast.FunctionDef)]
    parent = next(module.around(lookup))
    if not functions:
        return None
    if isinstance(parent, ast.Call) and parent.func is lookup:
        return [(functions[0], parent)]
    target = parent.targets[0] if isinstance(parent, ast.Assign) else None
    if not isinstance(target, ast.Name) or _only_value(functions[0], target.id) is not lookup:
        return None
    calls = []
    for each in _loads(functions[0], target.id):
        around = next(module.around(each))
        if isinstance(around, ast.Call) and around.func is each:
            calls.append((functions[0], around))
        elif not isinstance(around, _TESTS):
            return None
    return calls
