"""Whether a use of the channel session means the same when the session is a dict in memory.

1.x stored the session after each message to which something was assigned: values went through JSON,
and a value that was only changed in place was not stored.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping

from ...sources.literals import literal

_CHANGES = {
    "append", "extend", "insert", "remove", "pop", "clear", "add", "update", "sort", "setdefault",
}  # fmt: skip
_IN_PLACE = "it changes a value of the channel session in place"
_EXITS = (ast.Return, ast.Raise, ast.Break, ast.Continue)
_CHANGES_OF_LISTS = {"append", "extend", "insert", "remove", "pop", "clear", "sort"}
# Their results are the same after JSON.
_PLAIN_CALLS = {
    "str", "int", "float", "bool", "len", "list", "sorted", "escape", "min", "max", "sum", "repr",
    "round", "abs",
}  # fmt: skip
_PLAIN_METHODS = {
    "get", "join", "format", "strip", "lstrip", "rstrip", "lower", "upper", "title", "capitalize",
    "replace", "isoformat", "loads", "strftime", "split", "decode", "hexdigest", "count", "exists",
    "get_full_name", "get_short_name", "get_username", "is_authenticated", "is_anonymous",
}  # fmt: skip


def is_session_use(session: ast.expr, parent: ast.AST, around: ast.AST) -> bool:
    """Whether an item of the session is read or written, by a key that is a literal."""
    if isinstance(parent, ast.Subscript):
        return parent.value is session and literal(parent.slice) is not None
    if isinstance(parent, ast.Attribute) and parent.attr in ("get", "pop"):
        return isinstance(around, ast.Call) and around.func is parent and _has_literal_key(around)
    if isinstance(parent, ast.Compare):
        is_in = all(isinstance(each, ast.In | ast.NotIn) for each in parent.ops)
        return is_in and parent.left is not session and literal(parent.left) is not None
    return False


def _has_literal_key(call: ast.Call) -> bool:
    return bool(call.args) and literal(call.args[0]) is not None


def check_read(
    parent: ast.AST, around: ast.AST, function: ast.FunctionDef, unknown: Collection[str]
) -> str | None:
    """Return why a read of the session is not the same, or ``None``.

    Args:
        parent: The item, call or comparison around the session.
        around: The node around that.
        function: The consumer.
        unknown: The names of the message, and of arguments that may be other values after JSON.
    """
    value = around if isinstance(parent, ast.Attribute) else parent
    session = getattr(parent, "value", None)
    parents = {
        id(child): node for node in ast.walk(function) for child in ast.iter_child_nodes(node)
    }
    outer = parents.get(id(value))
    changes: list[ast.AST] = []
    if (isinstance(outer, ast.Attribute) and outer.attr in _CHANGES) or (
        isinstance(outer, ast.Subscript) and not isinstance(outer.ctx, ast.Load)
    ):
        changes = [outer]
    elif isinstance(outer, ast.Assign) and outer.value is value:
        names = {each.id for each in outer.targets if isinstance(each, ast.Name)}
        changes = [*_changes_of(names, function)]
        if len(names) != len(outer.targets):
            changes.append(outer)
    is_stored = session is not None and all(
        _is_plain_change(parents.get(id(each)), each, function, unknown)
        and _is_stored(each, session, parents)
        for each in changes
    )
    return None if is_stored or not changes else _IN_PLACE


def _changes_of(names: set[str], function: ast.FunctionDef) -> Iterator[ast.AST]:
    """Yield where a function changes the value of a variable in place."""
    for node in ast.walk(function):
        inner = getattr(node, "value", None)
        if not isinstance(inner, ast.Name) or inner.id not in names:
            continue
        if _is_change(node):
            yield node


def _is_change(node: ast.AST) -> bool:
    is_method = isinstance(node, ast.Attribute) and node.attr in _CHANGES
    return is_method or (isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load))


def _is_plain_change(
    call: ast.AST | None, change: ast.AST, function: ast.FunctionDef, unknown: Collection[str]
) -> bool:
    """Whether a list is changed, by something that stays what it is when it goes through JSON."""
    if not isinstance(change, ast.Attribute) or change.attr not in _CHANGES_OF_LISTS:
        return False
    if not isinstance(call, ast.Call) or call.func is not change or call.keywords:
        return False
    return all(_is_plain(each, function, set(), unknown) for each in call.args)


def _is_stored(change: ast.AST, session: ast.expr, parents: Mapping[int, ast.AST]) -> bool:
    """Whether something is assigned to the session wherever a value is changed in place.

    1.x stored the whole session then, with what was changed in place before it or behind it.
    """
    node, goes_on = change, True
    while id(node) in parents:
        parent = parents[id(node)]
        for block in _blocks(parent):
            if node not in block:
                continue
            place = block.index(node)
            if any(_assigns(each, session) for each in block[:place]):
                return True
            for each in block[place + 1 :] if goes_on else ():
                if _assigns(each, session):
                    return True
                if any(isinstance(inner, _EXITS) for inner in ast.walk(each)):
                    goes_on = False
                    break
        # What follows in it may raise, and a handler go on.
        goes_on = goes_on and not isinstance(parent, ast.Try)
        node = parent
    return False


def _blocks(node: ast.AST) -> Iterator[list[ast.AST]]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield block


def _assigns(node: ast.AST, session: ast.expr) -> bool:
    if not isinstance(node, ast.Assign | ast.AugAssign):
        return False
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return any(
        isinstance(each, ast.Subscript) and ast.dump(each.value) == ast.dump(session)
        for each in targets
    )


def check_write(
    parent: ast.AST, around: ast.AST, function: ast.FunctionDef, unknown: Collection[str]
) -> str | None:
    """Return why a write to the session is not the same, or ``None``.

    Args:
        parent: The item, call or comparison around the session.
        around: The node around that.
        function: The consumer.
        unknown: The names of the message, and of arguments that may be other values after JSON.
    """
    if not isinstance(parent, ast.Subscript) or not isinstance(parent.ctx, ast.Store):
        return None
    targets = around.targets if isinstance(around, ast.Assign) else []
    if len(targets) > 1 and not isinstance(getattr(around, "value", None), ast.Constant):
        return "it stores one value twice, which were two after JSON"
    if isinstance(around, ast.Assign | ast.AugAssign) and _is_plain(
        around.value, function, set(), unknown
    ):
        return None
    return "it is not known that what it stores in the channel session is the same after JSON"


def is_plain(node: ast.expr, function: ast.FunctionDef, unknown: Collection[str]) -> bool:
    """Whether a value stays what it is when it goes through JSON, or could never be stored.

    Args:
        node: The value.
        function: The function that has it.
        unknown: The names of the message, and of arguments that may be other values after JSON.
    """
    return _is_plain(node, function, set(), unknown)


def _is_plain(
    node: ast.expr, function: ast.FunctionDef, seen: set[str], unknown: Collection[str]
) -> bool:
    """Whether a value stays what it is when it goes through JSON, or could never be stored."""

    def inner(each: ast.expr) -> bool:
        return _is_plain(each, function, seen, unknown)

    if isinstance(node, ast.Constant):
        return not isinstance(node.value, bytes | complex)
    if isinstance(node, ast.JoinedStr):
        return True
    if isinstance(node, ast.List):
        return all(map(inner, node.elts))
    if isinstance(node, ast.ListComp):
        # A list of what is in another one.
        first = node.generators[0]
        is_same = ast.unparse(node.elt) == ast.unparse(first.target) and len(node.generators) == 1
        return is_same and inner(first.iter)
    if isinstance(node, ast.Dict):
        has_names = all(key is not None and literal(key) is not None for key in node.keys)
        return has_names and all(map(inner, node.values))
    if isinstance(node, ast.BinOp):
        # A text with % is a text, whatever follows.
        is_text = isinstance(node.op, ast.Mod) and literal(node.left) is not None
        return is_text or (inner(node.left) and inner(node.right))
    if isinstance(node, ast.BoolOp):
        return all(map(inner, node.values))
    if isinstance(node, ast.Compare):
        return True
    if isinstance(node, ast.IfExp):
        return inner(node.body) and inner(node.orelse)
    if isinstance(node, ast.Attribute):
        # Fields of models. What JSON cannot hold was an error in 1.x. Something that others have
        # as well, such as a setting, was a copy in each session.
        return _is_own(node, function)
    if isinstance(node, ast.Subscript):
        return _is_own(node, function)
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name):
            return node.func.id in _PLAIN_CALLS
        return isinstance(node.func, ast.Attribute) and node.func.attr in _PLAIN_METHODS
    if isinstance(node, ast.Name):
        # A value that is made of the variable's own is what the others are.
        return node.id in seen or _is_plain_name(node.id, function, {*seen, node.id}, unknown)
    return False


def _is_own(node: ast.expr, function: ast.FunctionDef) -> bool:
    """Whether a value belongs to something that the function was given, or has found."""
    root: ast.AST = node
    while isinstance(root, ast.Attribute | ast.Subscript):
        root = root.value
    if not isinstance(root, ast.Name):
        return True
    stored = (each for each in ast.walk(function) if isinstance(each, ast.Name))
    names = {each.id for each in stored if isinstance(each.ctx, ast.Store)}
    return root.id in names | {each.arg for each in function.args.args}


def _is_plain_name(
    name: str, function: ast.FunctionDef, seen: set[str], unknown: Collection[str]
) -> bool:
    if name in unknown:
        return False
    arguments = {each.arg for each in function.args.args}
    values = []
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store):
            values.append(node)
    assigned = [
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id == name
    ]
    if len(assigned) != len(values):
        return False
    # What a route's filter finds is text.
    known = bool(assigned) or name in arguments
    return known and all(_is_plain(value, function, seen, unknown) for value in assigned)
