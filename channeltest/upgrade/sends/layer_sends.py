"""Sends to groups and channels as calls of the layers of today, wherever they stand."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...sources.literals import literal, spelled_dict
from ...sources.module import Module
from ...sources.project import Project, Use
from ..changes import Changes
from ..outcome import Left
from ..routes import routing_lists
from .contents import content_of_call
from .group_variables import GROUP, group_variables, name_spans
from .sends import has_one_layer

_MODERN = ("channels.consumer.", "channels.generic.websocket.", "channels.generic.http.")
_ASYNC = re.compile(r"^[ \t]*async def ", re.MULTILINE)


@dataclass
class Send:
    """``Group(name).send(content)``, or the same with ``Channel``.

    Attributes:
        module: Where it stands.
        call: The whole call.
        name: The name of the group or the channel.
        content: What is sent.
        alias: The alias of the layer, or ``None``.
        variable: The variable or the call that has what is sent; ``None`` if it is spelled out.
    """

    module: Module
    call: ast.Call
    name: ast.expr
    content: ast.Dict
    alias: ast.expr | None
    variable: str | None = None

    def value(self, key: str) -> str:
        """Return how the value of a key is spelled where the send stands."""
        if self.variable is not None:
            return f'{self.variable}["{key}"]'
        pairs = zip(self.content.keys, self.content.values, strict=True)
        return next(self.module.source(each) for name, each in pairs if literal(name) == key)


def uses_of(project: Project, name: str) -> Iterator[Use]:
    """Yield where code that is no test uses ``Group`` or ``Channel``.

    Args:
        project: The project.
        name: ``"channels.Group"`` or ``"channels.Channel"``.
    """
    for use in project.uses(name):
        if not use.module.is_test and not isinstance(use.node, ast.Constant):
            yield use


def send_of(project: Project, use: Use) -> Send:
    """Return the send that a use of ``Group`` or ``Channel`` is.

    Args:
        project: The project.
        use: The use.

    Raises:
        Left: It is none, or what it sends is not known.
    """
    module, made = use.module, use.parent
    if not isinstance(made, ast.Call) or made.func is not use.node:
        raise Left(module, use.node, "it is kept, or handed on")
    around = module.around(made)
    attribute, call = next(around), next(around)
    is_send = isinstance(attribute, ast.Attribute) and attribute.attr == "send"
    if not is_send or not isinstance(call, ast.Call) or call.func is not attribute:
        raise Left(module, use.node, "it is not only sent to")
    options = {each.arg: each.value for each in made.keywords}
    if len(made.args) != 1 or not set(options) <= {"alias"}:
        raise Left(module, made, "its arguments are not known")
    return _send(project, module, call, made.args[0], options.get("alias"))


def _send(
    project: Project,
    module: Module,
    call: ast.Call,
    name: ast.expr,
    alias: ast.expr | None = None,
) -> Send:
    # It is immediate: nothing waits for a consumer of Channels 1 to finish.
    if len(call.args) != 1 or not {each.arg for each in call.keywords} <= {"immediately"}:
        raise Left(module, call, "its arguments are not known")
    content, variable = content_of(project, module, call)
    return Send(module, call, name, content, alias, variable)


def check_member_names(project: Project, joining: Iterable[Use]) -> None:
    """Check that only names of channels join groups: modern layers take nothing else.

    Args:
        project: The project, whose consumers are all modern: their channels are known by names.
        joining: The uses of ``Group`` that join or leave.

    Raises:
        Left: What joins may be a ``Channel``, or the call is not known.
    """
    joining = [*joining]
    for use in joining:
        call = next(each for each in use.module.around(use.parent) if isinstance(each, ast.Call))
        made = use.parent
        is_plain = isinstance(made, ast.Call) and len(made.args) == 1 and not made.keywords
        member = call.args[0] if len(call.args) == 1 and not call.keywords else None
        if not is_plain or member is None or _is_of_message(use, member):
            raise Left(use.module, use.node, "who joins this group is not known")
    for use in uses_of(project, "channels.Channel") if joining else ():
        around = use.module.around(use.node)
        made, attribute = next(around), next(around)
        if not isinstance(made, ast.Call) or getattr(attribute, "attr", "") not in ("send", "name"):
            raise Left(use.module, use.node, "this channel may join a group")


def _is_of_message(use: Use, member: ast.expr) -> bool:
    """Whether what joins may be the reply channel of a message that a function takes."""
    if not isinstance(member, ast.Attribute) or member.attr != "reply_channel":
        return False
    functions = [each for each in use.module.around(use.node) if isinstance(each, ast.FunctionDef)]
    arguments = {each.arg for function in functions for each in function.args.args} - {"self"}
    return isinstance(member.value, ast.Name) and member.value.id in arguments


def write_join(changes: Changes, use: Use) -> None:
    """Write ``Group(name).add(channel)``, or ``discard``, as a call of the layer.

    Args:
        changes: The changes of the project.
        use: The use of ``Group``, which `check_member_names` has checked.

    Raises:
        Left: The module uses a name that is needed for something else.
    """
    module, made = use.module, use.parent
    around = module.around(made)
    attribute, call = next(around), next(around)
    assert isinstance(made, ast.Call)
    assert isinstance(attribute, ast.Attribute)
    assert isinstance(call, ast.Call)
    changes.need(module, "channels.layers", "get_channel_layer")
    changes.need(module, "asgiref.sync", "async_to_sync")
    names = ", ".join(map(module.source, (made.args[0], call.args[0])))
    method = f"async_to_sync(get_channel_layer().group_{attribute.attr})"
    changes.edits(module).replace_node(call, f"{method}({names})")


def sends_of_variable(
    project: Project, changes: Changes, use: Use, made_by: str = GROUP
) -> list[Send]:
    """Return the sends to a group, or a channel, that a variable of a function holds, if one does.

    The variable holds its name instead.

    Args:
        project: The project.
        changes: The changes of the project.
        use: The use of ``Group`` or ``Channel`` that makes what it holds.
        made_by: ``"channels.Group"`` or ``"channels.Channel"``.

    Raises:
        Left: Somebody uses it in another way, or what is sent is not known.
    """
    module, made = use.module, use.parent
    functions = [each for each in module.around(use.node) if isinstance(each, ast.FunctionDef)]
    if not functions or not isinstance(made, ast.Call) or made.keywords:
        return []
    known = group_variables(module, functions[-1], made_by)
    names = [name for name, calls in known.items() if calls == [made]]
    if not names:
        return []
    sends = []
    for node in ast.walk(functions[-1]):
        if isinstance(node, ast.Name) and node.id == names[0] and isinstance(node.ctx, ast.Load):
            around = module.around(node)
            attribute, call = next(around), next(around)
            is_send = getattr(attribute, "attr", "") == "send" and isinstance(call, ast.Call)
            if not is_send or not isinstance(call, ast.Call):
                raise Left(module, node, "it is not only sent to")
            sends.append(_send(project, module, call, node))
    for span, text in name_spans(module, made):
        changes.edits(module).replace(span, text)
    return sends


def content_of(
    project: Project | None, module: Module, call: ast.Call
) -> tuple[ast.Dict, str | None]:
    """Return the dict that a call sends, and the variable or the call that has it, if one does.

    Args:
        project: The project, or ``None`` to know no function that returns a dict.
        module: The module.
        call: The call, whose first argument is sent.

    Raises:
        Left: What it sends is not known.
    """
    content: ast.expr | None = call.args[0]
    variable = None
    if isinstance(content, ast.Name):
        variable = content.id
        content = _only_value(module, content)
    if isinstance(content, ast.Call) and project is not None:
        returned = content_of_call(project, module, content)
        if returned is not None:
            variable, content = variable or module.source(content), returned
    spelled = spelled_dict(content)
    if spelled is None or not all(map(_is_text, spelled.keys)):
        raise Left(module, call, "what it sends is not spelled out")
    return spelled, variable


def _only_value(module: Module, name: ast.Name) -> ast.expr | None:
    """The value of a variable of a function that is assigned once, and is only sent."""
    functions = [each for each in module.around(name) if isinstance(each, ast.FunctionDef)]
    if not functions:
        return None
    uses = [
        each for each in ast.walk(functions[0]) if isinstance(each, ast.Name) and each.id == name.id
    ]
    values = []
    for use in uses:
        parent = next(module.around(use))
        if isinstance(use.ctx, ast.Store):
            is_plain = isinstance(parent, ast.Assign) and parent.targets == [use]
            values.append(parent.value if is_plain and isinstance(parent, ast.Assign) else None)
        else:
            is_sent = isinstance(parent, ast.Call) and getattr(parent.func, "attr", "") == "send"
            values += [] if is_sent else [None]
    return values[0] if len(values) == 1 else None


def _is_text(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def keys_of(content: ast.Dict) -> list[str]:
    """Return the keys of what is sent."""
    return [str(key.value) for key in content.keys if isinstance(key, ast.Constant)]


def consumers(project: Project, at: Use) -> dict[str, tuple[Module, ast.ClassDef]]:
    """Return the consumers of a project by their dotted names; all of them are modern.

    Args:
        project: The project.
        at: What is to be converted, for the reason why it is not.

    Raises:
        Left: A consumer of Channels 1 is left, whose sends leave when it has finished, or a
            function may run in an event loop.
    """
    found: dict[str, tuple[Module, ast.ClassDef]] = {}
    for routing in routing_lists(project):
        if routing.others:
            raise Left(routing.module, routing.others[0], "what this route leads to is not known")
        for route in routing.routes:
            if route.kind == "include":
                continue
            definition = project.definition(route.name) if route.name else None
            if definition is None:
                raise Left(route.module, route.call, "what this route leads to is not known")
            module, node = definition
            if not isinstance(node, ast.ClassDef) or not is_modern(project, module, node):
                text = "this consumer of Channels 1 is left, and what it sends leaves later"
                raise Left(module, node, text)
            found[f"{module.name}.{node.name}"] = module, node
    if not found:
        raise Left(at.module, at.node, "no routing leads to a consumer")
    for each in project.modules.values():
        if not each.is_test and (match := _ASYNC.search(each.text)):
            line = each.text.count("\n", 0, match.start()) + 1
            text = f"{each.path.name} line {line} is async, where async_to_sync cannot be called"
            raise Left(at.module, at.node, text)
    return found


def is_modern(project: Project, module: Module, node: ast.ClassDef) -> bool:
    """Whether a class is a consumer of today.

    Args:
        project: The project.
        module: The module that defines it.
        node: The class.
    """
    return any(_is_modern_base(project, module.meaning(base) or "", node) for base in node.bases)


def _is_modern_base(project: Project, name: str, below: ast.ClassDef) -> bool:
    if name.startswith(_MODERN):
        return True
    module, node = (project.definition(name) if name else None) or (None, None)
    if module is None or not isinstance(node, ast.ClassDef) or node is below:
        return False
    return is_modern(project, module, node)


def replace(project: Project, changes: Changes, send: Send, method: str, content: str) -> None:
    """Write a send as a call of the layer.

    Args:
        project: The project.
        changes: The changes of the project.
        send: The send.
        method: ``"group_send"`` or ``"send"``.
        content: The new message.

    Raises:
        Left: The module uses a name that is needed for something else.
    """
    module = send.module
    if _is_in_consumer(project, send) and send.alias is None and has_one_layer(project):
        layer = "self.channel_layer"
    else:
        changes.need(module, "channels.layers", "get_channel_layer")
        layer = f"get_channel_layer({module.source(send.alias) if send.alias else ''})"
    changes.need(module, "asgiref.sync", "async_to_sync")
    text = f"async_to_sync({layer}.{method})({module.source(send.name)}, {content})"
    changes.edits(module).replace_node(send.call, text)


def _is_in_consumer(project: Project, send: Send) -> bool:
    """Whether a send stands in a method of a consumer, in no function inside of it."""
    around = [
        node
        for node in send.module.around(send.call)
        if isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef)
    ]
    if len(around) < 2:
        return False
    function, node = around[:2]
    return (
        isinstance(function, ast.FunctionDef)
        and isinstance(node, ast.ClassDef)
        and not function.decorator_list
        and [each.arg for each in function.args.args[:1]] == ["self"]
        and is_modern(project, send.module, node)
    )
