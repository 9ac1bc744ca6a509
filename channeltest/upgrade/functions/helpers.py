"""Functions and decorators of a project that function consumers give their message to.

They take the consumer instead, once all consumers that use them are classes::

    def reply(message, data):
        message.reply_channel.send({"text": json.dumps(data)})

    def reply(consumer, data):
        consumer.send(text_data=json.dumps(data))
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from ...sources.module import Module
from ...sources.project import Project, Use
from ..sends.contents import count_definitions
from .decorators import Decorator, decorator_of
from .tables import callers, callers_of_registered, functions_of_call, is_registered

CONSUMER = "consumer"
# What groups and channels have, too.
_OF_GROUPS = {"add", "discard", "send"}


@dataclass
class Helper:
    """A function that takes the message of a consumer.

    Attributes:
        name: Its dotted name.
        module: The module that defines it.
        node: The function.
        inner: The function that has the message: the same, or what a decorator returns.
        index: The place of the message among the arguments of ``inner``.
        decorator: What is known about it as a decorator, or ``None`` if it is none.
        takes_channel: Whether it takes the reply channel in the place of the message.
        users: The ``id()`` of the consumers and other helpers that use it.
        calls: The ``id()`` of the calls that look it up in a dict of functions.
        follows_sends: Whether it answers behind what groups get, which may be sent before it.
        is_method: Whether it is a method, of an object that may be any.
        is_late: Whether a consumer is left alone because it calls this behind a send to a group.
    """

    name: str
    module: Module
    node: ast.FunctionDef
    inner: ast.FunctionDef
    index: int
    decorator: Decorator | None
    takes_channel: bool = False
    users: set[int] = field(default_factory=set)
    calls: set[int] = field(default_factory=set)
    follows_sends: bool = False
    is_late: bool = False
    is_method: bool = False

    @property
    def place(self) -> int:
        """The place of the message among the arguments of a call."""
        return self.index - self.is_method

    @property
    def message(self) -> str:
        """The name of the message in it."""
        return self.inner.args.args[self.index].arg


def find_helpers(
    project: Project, functions: Iterable[tuple[Module, ast.FunctionDef]]
) -> dict[str, Helper]:
    """Return the helpers that only function consumers of websockets, and other helpers, use.

    Args:
        project: The project.
        functions: The function consumers, with their modules.

    Returns:
        The helpers by their dotted names.
    """
    found: dict[str, Helper] = {}
    # Each function that has a message, with its message's name.
    having = [
        (module, node, node, node.args.args[0].arg) for module, node in functions if node.args.args
    ]
    known = {id(node) for _, node, _, _ in having}
    for module, outer, node, message in having:
        channels = {id(each.inner) for each in found.values() if each.takes_channel}
        for helper in _used_by(project, module, outer, node, message, id(node) in channels):
            helper = found.setdefault(helper.name, helper)
            if id(helper.inner) not in known:
                known.add(id(helper.inner))
                having.append((helper.module, helper.node, helper.inner, helper.message))
    messages = {id(node): message for _, _, node, message in having}
    channels = {id(each.inner) for each in found.values() if each.takes_channel}
    for name in [*found]:
        if not _has_only_known_uses(project, found[name], messages, channels):
            del found[name]
    return found


def without(helpers: Mapping[str, Helper], failed: set[int]) -> dict[str, Helper]:
    """Return the helpers that no consumer uses which stays as it is.

    Args:
        helpers: The helpers.
        failed: The ``id()`` of consumers that stay.
    """
    left, staying = dict(helpers), set(failed)
    while gone := [name for name, each in left.items() if each.users & staying]:
        staying |= {id(left.pop(name).inner) for name in gone}
    return left


def _used_by(
    project: Project,
    module: Module,
    outer: ast.FunctionDef,
    node: ast.FunctionDef,
    message: str,
    gives_channel: bool,
) -> list[Helper]:
    found = []
    if outer is node:
        for each in node.decorator_list:
            is_call = isinstance(each, ast.Call)
            definition = _definition(
                project, module, each.func if isinstance(each, ast.Call) else each
            )
            decorator = decorator_of(*definition) if definition else None
            if definition and decorator and decorator.is_factory is is_call:
                home, function = definition
                name = f"{home.name}.{function.name}"
                found.append(Helper(name, home, function, decorator.inner, 0, decorator))
    for call in ast.walk(node):
        if not isinstance(call, ast.Call):
            continue
        places = [
            at
            for at, each in enumerate(call.args)
            if _is_name(each, message) or is_reply_channel(each, message)
        ]
        if len(places) != 1:
            continue
        takes_channel = gives_channel or is_reply_channel(call.args[places[0]], message)
        definition = _definition(project, module, call.func)
        called = [definition] if definition else functions_of_call(project, module, node, call)
        method = None if called else _method_of(project, call.func)
        if method is not None:
            home, owner, function = method
            if not function.decorator_list and _takes_place(function, places[0] + 1):
                name = f"{home.name}.{owner.name}.{function.name}"
                found.append(
                    Helper(
                        *(name, home, function, function, places[0] + 1, None, takes_channel),
                        is_method=True,
                    )
                )
            continue
        # All functions of a dict take the message, or none.
        if any(
            not _takes_place(function, places[0]) or not is_registered(project, home, function)
            for home, function in called
        ):
            continue
        for home, function in called:
            name = f"{home.name}.{function.name}"
            found.append(Helper(name, home, function, function, places[0], None, takes_channel))
    return found


def _method_of(
    project: Project, func: ast.expr
) -> tuple[Module, ast.ClassDef, ast.FunctionDef] | None:
    """The method that a call means, if the project has only one function of its name."""
    name = func.attr if isinstance(func, ast.Attribute) else ""
    if not name or name in _OF_GROUPS or count_definitions(project, name) != 1:
        return None
    for module in project.modules.values():
        if module.is_test or f"def {name}(" not in module.text or not module.is_python3:
            continue
        for owner in module.definitions.values():
            for each in owner.body if isinstance(owner, ast.ClassDef) else ():
                is_it = isinstance(each, ast.FunctionDef) and each.name == name
                if is_it and isinstance(each, ast.FunctionDef) and isinstance(owner, ast.ClassDef):
                    own = [argument.arg for argument in each.args.args[:1]] == ["self"]
                    return (module, owner, each) if own else None
    return None


def _takes_place(function: ast.FunctionDef, place: int) -> bool:
    return len(function.args.args) > place


def is_reply_channel(node: ast.AST, message: str) -> bool:
    """Whether a node is the reply channel of a message.

    Args:
        node: The node.
        message: The name of the message.
    """
    return (
        isinstance(node, ast.Attribute)
        and node.attr == "reply_channel"
        and _is_name(node.value, message)
    )


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _definition(
    project: Project, module: Module, node: ast.expr
) -> tuple[Module, ast.FunctionDef] | None:
    meaning = module.meaning(node)
    home, function = (project.definition(meaning) if meaning else None) or (None, None)
    if home is None or home.is_test or not isinstance(function, ast.FunctionDef):
        return None
    return home, function


def _has_only_known_uses(
    project: Project, helper: Helper, messages: Mapping[int, str], channels: Collection[int]
) -> bool:
    """Whether only functions that have a message use a helper; they are noted."""
    uses = _uses_of_method(project, helper) if helper.is_method else project.uses(helper.name)
    is_put = helper.decorator is None and bool(helper.node.decorator_list)
    looked_up = callers_of_registered(project, helper.module, helper.node) if is_put else []
    others: list[Use] = []
    for use in uses:
        found = None if use.module.is_test else callers(project, use.module, use.node)
        if found is None:
            others.append(use)
        elif looked_up is not None:
            looked_up += found
    if looked_up is None:
        return False
    for user, call in looked_up:
        is_known = id(user) in messages and len(call.args) > helper.place
        if not is_known or not _is_given(helper, call, messages[id(user)], id(user) in channels):
            return False
        helper.users.add(id(user))
        helper.calls.add(id(call))
    for use in others:
        around = [each for each in use.module.around(use.node) if isinstance(each, ast.FunctionDef)]
        if not around or id(around[0]) not in messages:
            return False
        user, parent = around[0], use.parent
        is_made = isinstance(parent, ast.Call) and parent.func is use.node
        if (parent if is_made else use.node) in user.decorator_list:
            is_known = helper.decorator is not None and helper.decorator.is_factory is is_made
        else:
            is_known = (
                helper.decorator is None
                and isinstance(parent, ast.Call)
                and parent.func is use.node
                and len(parent.args) > helper.place
                and _is_given(helper, parent, messages[id(user)], id(user) in channels)
            )
        if not is_known:
            return False
        helper.users.add(id(user))
    return bool(helper.users)


def _uses_of_method(project: Project, helper: Helper) -> list[Use]:
    name = helper.inner.name
    return [
        Use(module, node)
        for module in project.modules.values()
        if name in module.text and module.is_python3
        for node in module.references(name)
        if not isinstance(node, ast.Name)
    ]


def _is_given(helper: Helper, call: ast.Call, message: str, has_channel: bool) -> bool:
    """Whether a call gives a helper what all others give it, the message or the reply channel."""
    argument = call.args[helper.place]
    if helper.takes_channel and not has_channel:
        return is_reply_channel(argument, message)
    return _is_name(argument, message) and helper.takes_channel is has_channel
