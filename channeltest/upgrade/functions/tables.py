"""Dicts of functions that take a message: ``COMMANDS[payload["command"]](message, payload)``."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ...sources.module import Module
from ...sources.project import Project, Use

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
    functions = {id(each[1]): each for each in _registered(project, home, table)}
    for origin, name in names:
        meaning = origin.meaning(name)
        definition = project.definition(meaning) if meaning else None
        if definition is None or not isinstance(definition[1], ast.FunctionDef):
            return []
        functions[id(definition[1])] = definition[0], definition[1]
    return [*functions.values()]


def is_registered(project: Project, module: Module, function: ast.FunctionDef) -> bool:
    """Whether all decorators of a function only put it into dicts.

    Args:
        project: The project.
        module: The module of the function.
        function: The function.
    """
    return all(_register_of(project, module, each) for each in function.decorator_list)


def _registered(project: Project, home: Module, table: ast.Dict) -> Iterator[Definition]:
    """The functions that decorators put into a dict."""
    names = {each.name for each in project.modules.values() if "@" in each.text}
    for module in (project.modules[name] for name in sorted(names)):
        if module.is_test or not module.is_python3:
            continue
        for function in module.tree.body:
            if not isinstance(function, ast.FunctionDef):
                continue
            found = [_register_of(project, module, each) for each in function.decorator_list]
            if any(each is not None and each[1] is table for each in found):
                yield module, function


def _register_of(
    project: Project, module: Module, decorator: ast.expr
) -> tuple[Module, ast.Dict] | None:
    """The dict, with its module, into which a decorator puts what it returns as it is."""
    is_made = isinstance(decorator, ast.Call)
    meaning = module.meaning(decorator.func if isinstance(decorator, ast.Call) else decorator)
    home, function = (project.definition(meaning) if meaning else None) or (None, None)
    if home is None or not isinstance(function, ast.FunctionDef):
        return None
    body = _body_of(function)
    if is_made:
        inner, last = body if len(body) == 2 else (None, None)
        if not isinstance(inner, ast.FunctionDef) or not _returns(last, inner.name):
            return None
        function, body = inner, _body_of(inner)
    if len(body) != 2 or len(function.args.args) != 1 or function.decorator_list:
        return None
    put, name = body[0], function.args.args[0].arg
    target = put.targets[0] if isinstance(put, ast.Assign) and len(put.targets) == 1 else None
    is_put = isinstance(put, ast.Assign) and getattr(put.value, "id", "") == name
    if not is_put or not isinstance(target, ast.Subscript) or not _returns(body[1], name):
        return None
    return _dict_of(project, home, function, target.value)


def _body_of(function: ast.FunctionDef) -> list[ast.stmt]:
    first = function.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return function.body[is_docstring:]


def _returns(node: ast.stmt | None, name: str) -> bool:
    return isinstance(node, ast.Return) and getattr(node.value, "id", "") == name


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
    if not functions:
        is_known = module.definitions.get(name.id) is around
        return _calls_of_name(project, module, name.id) if is_known else None
    if _only_value(functions[0], name.id) is not parent:
        return None
    return _all_known(_calls_of_table(module, use) for use in _loads(functions[0], name.id))


def callers_of_registered(
    project: Project, module: Module, function: ast.FunctionDef
) -> list[Caller] | None:
    """Return the calls that may call a function which decorators have put into dicts.

    Args:
        project: The project.
        module: The module of the function.
        function: The function.

    Returns:
        The calls, each with the function that makes it; ``None`` if not all of them are known.
    """
    found: list[list[Caller] | None] = []
    for decorator in function.decorator_list:
        home, table = _register_of(project, module, decorator) or (None, None)
        around = next(home.around(table)) if home and table else None
        name = around.targets[0] if isinstance(around, ast.Assign) else None
        if home is None or not isinstance(name, ast.Name):
            return None
        found.append(_calls_of_name(project, home, name.id))
    return _all_known(found)


def _calls_of_name(project: Project, module: Module, name: str) -> list[Caller] | None:
    """The calls of what is looked up in a dict at the top of a module."""
    return _all_known(
        None if use.module.is_test else _calls_of_use(project, use)
        for use in project.uses(f"{module.name}.{name}")
    )


def _calls_of_use(project: Project, use: Use) -> list[Caller] | None:
    around = [each for each in use.module.around(use.node) if isinstance(each, ast.FunctionDef)]
    parent = use.parent
    is_put = isinstance(parent, ast.Subscript) and isinstance(parent.ctx, ast.Store)
    if is_put and around:
        outer = around[-1]
        name = ast.Name(outer.name, ast.Load())
        made = ast.Call(name, [], []) if len(around) > 1 else name
        return [] if _register_of(project, use.module, made) is not None else None
    return _calls_of_table(use.module, use.node)


def _all_known(found: Iterable[list[Caller] | None]) -> list[Caller] | None:
    calls: list[Caller] = []
    for each in found:
        if each is None:
            return None
        calls += each
    return calls


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
