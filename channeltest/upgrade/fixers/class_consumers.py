"""Subclasses of 1.x's ``WebsocketConsumer`` and ``JsonWebsocketConsumer`` become modern ones.

::

    class RoomConsumer(JsonWebsocketConsumer):
        http_user = True

        def receive(self, content, room, **kwargs):
            self.send({"room": room, "user": self.message.user.pk})

    class RoomConsumer(JsonWebsocketConsumer):
        def receive_json(self, content):
            room = self.scope["url_route"]["kwargs"]["room"]
            self.send_json({"room": room, "user": self.scope["user"].pk})
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from ...sources.module import Module
from ...sources.project import Project, Use
from ..changes import Changes, check_free, modern_name
from ..choice import check_any_chosen
from ..classes.class_families import OLD, Member, families
from ..classes.consumer_family import Converted, convert
from ..classes.route_attributes import with_attributes, with_subclasses
from ..constant_texts import text_of
from ..outcome import Left, Outcome, finding
from ..routes import may_be_missing, routing_lists
from ..sends.groups import group_functions
from ..sends.sends import sending_names
from ..units.shared_paths import taken_by_classes
from ..units.units import websocket_units
from ..units.usage import (
    check_channel_not_seen,
    check_not_patched,
    check_order_not_seen,
    check_refusal_not_seen,
    check_session_not_read,
)

CODE = "CT102"

_NEW = "channels.generic.websocket"
_ROUTES = ("channels.route", "channels.route_class")
_SEES_INSTANCE = re.compile(r"(=|return|\()\s*[\w.]*\.send_and_consume\(")


def fix(project: Project) -> Outcome:
    """Convert the class-based consumers of websockets.

    Args:
        project: The project.

    Returns:
        What changed, and a finding for each class.
    """
    names, seen = with_attributes(project), set[str]()
    while names and names != seen:
        seen = names
        try:
            texts = with_subclasses(project, names)
        except Left:
            break
        outcome = _convert_all(project.changed(texts))
        automatic = {each.name for each in outcome.findings if each.kind == "automatic"}
        if names <= automatic:
            outcome.texts = {**texts, **outcome.texts}
            return outcome
        # A class that stays keeps its routes.
        names = names & automatic
    return _convert_all(project)


def _convert_all(project: Project) -> Outcome:
    """Convert the classes of a project whose routes set no attributes."""
    outcome, changes = Outcome(), Changes(project)
    converted: dict[str, list[ast.expr]] = {}
    shared = taken_by_classes(project, websocket_units(project))
    for family in families(project):
        try:
            own, changed = _convert(project, family, shared)
        except Left as left:
            for each in family if any(map(_may_be_of_websockets, family)) else ():
                text = f"{each.node.name}: {left.within(each.module)}"
                outcome.findings.append(finding(each.module, each.node, CODE, "by hand", text))
            continue
        changes.update(own)
        for each in family:
            converted.setdefault(each.module.name, []).extend(each.generic)
        for each in changed:
            text = f"{each.node.name} becomes a modern consumer"
            outcome.findings.append(finding(each.module, each.node, CODE, "automatic", text))
    for name, bases in converted.items():
        if bases:
            _change_bases(changes, project.modules[name], bases)
    outcome.texts = changes.texts()
    return outcome


def _convert(
    project: Project, family: list[Member], shared: Mapping[str, Left]
) -> tuple[Changes, list[Member]]:
    """Return the changes of a family, but for its generic bases, and the classes that change.

    Raises:
        Left: Something is not understood.
    """
    own = Changes(project)
    sending, groups = sending_names(project), group_functions(project)
    names = {each.name for each in family}
    paths = [
        route.path
        for routing in routing_lists(project)
        for route in routing.routes
        if route.name in names
    ]
    sends = []
    # One of them is enough to choose a family.
    check_any_chosen(project, [(each.module, each.node) for each in family])
    for each in family:
        if problem := shared.get(each.name):
            raise problem
        if len(each.kinds) > 1 or each.others or each.node.keywords or each.node.decorator_list:
            raise Left(each.module, each.node, "it has other bases, or a decorator")
    served = [each for each in family if each.kinds and _is_served(project, each, family)]
    changed = []
    for each, made in zip(family, convert(family, served, sending, groups, paths), strict=True):
        module, node = each.module, each.node
        if not each.kinds and not made.edits:
            # A base that knows nothing of Channels may be used by others, too.
            continue
        changed.append(each)
        sends += _check_uses(project, each, made, [member.node for member in family])
        if made.body.is_ordered:
            check_order_not_seen(project, module, node)
        if made.hands_out_name:
            check_channel_not_seen(project, module, node)
        if made.uses_session:
            check_session_not_read(project, node, module)
        if each.generic:
            check_free(module, "websocket", "channels.generic.websocket")
        own.edits(module).update(made.edits)
        for origin, name in made.imports:
            own.need(module, origin, name)
    for use, call, is_json in sends:
        _send_to_group(own, use, call, is_json)
    return own, changed


def _may_be_of_websockets(member: Member) -> bool:
    """Whether a class may get what clients send, and not what workers are sent."""
    is_named = "websocket." in member.module.source(member.node)
    return bool(member.kinds) and (is_named or not member.is_mapped)


def _is_served(project: Project, member: Member, family: list[Member]) -> bool:
    """Whether connections may run a class itself, and not only what derives from it."""
    nodes = [each.node for each in family]
    others = [use for use in project.uses(member.name) if use.parent not in nodes]
    is_base = any(member in each.parents for each in family)
    return not is_base or any(
        not _is_argument_of(use, "super") and not _reads_value(use, member.node) for use in others
    )


def _reads_value(use: Use, node: ast.ClassDef) -> bool:
    """Whether a use reads what the class assigns to one of its names."""
    parent = use.parent
    return (
        isinstance(parent, ast.Attribute)
        and isinstance(parent.ctx, ast.Load)
        and any(
            isinstance(each, ast.Assign)
            and any(
                isinstance(target, ast.Name) and target.id == parent.attr for target in each.targets
            )
            for each in node.body
        )
    )


def _is_argument_of(use: Use, function: str) -> bool:
    return isinstance(use.parent, ast.Call) and getattr(use.parent.func, "id", "") == function


def _check_uses(
    project: Project, member: Member, made: Converted, family: list[ast.ClassDef]
) -> list[tuple[Use, ast.Call, bool]]:
    """Check that a class is used as modern consumers are.

    Returns:
        The calls of its ``group_send`` that stand outside of it, and whether it sends JSON.

    Raises:
        Left: It is used, or tested, in another way.
    """
    sends, module, node = [], member.module, member.node
    for use in project.uses(member.name):
        if (call := _sent_by_others(use, node)) is not None:
            sends.append((use, call, member.is_json))
            continue
        if use.parent in family:
            # A subclass, which is converted with it.
            continue
        if _reads_value(use, node) and getattr(use.parent, "attr", "") in made.body.attributes:
            continue
        if problem := _problem(use, node.name):
            raise Left(use.module, use.node, problem)
        _check_path(project, use)
    check_not_patched(project, module, node)
    check_refusal_not_seen(project, module, node)
    tests = [each for each in project.with_channels() if each.is_test]
    of_class = [each for each in tests if re.search(rf"\b{node.name}\b", each.text)] or tests
    for test in of_class:
        first = test.tree.body[0] if test.tree.body else node
        if _SEES_INSTANCE.search(test.text):
            raise Left(
                test, first, "the test looks at the consumer that send_and_consume() returns"
            )
    for test in tests:
        if re.search(r"""["']channels\.generic\.""", test.text):
            raise Left(test, test.tree.body[0], "the test patches channels.generic")
    return sends


def _sent_by_others(use: Use, node: ast.ClassDef) -> ast.Call | None:
    """The call of the class's ``group_send`` that a use outside of it is, or ``None``."""
    parent, around = use.parent, None
    if isinstance(parent, ast.Attribute) and parent.attr == "group_send":
        around = use.grandparent
    is_plain = (
        isinstance(around, ast.Call)
        and around.func is parent
        and len(around.args) == 2
        and all(each.arg == "close" and _is_false(each.value) for each in around.keywords)
        and not use.module.is_test
        and node not in use.module.around(around)
        and not any(isinstance(each, ast.JoinedStr) for each in use.module.around(around))
        and not any(isinstance(each, ast.Starred) for each in around.args)
    )
    return around if is_plain and isinstance(around, ast.Call) else None


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _send_to_group(changes: Changes, use: Use, call: ast.Call, is_json: bool) -> None:
    """Have code outside of the class send what its ``group_send`` sent."""
    module, edits = use.module, changes.edits(use.module)
    (name_start, name_end), (start, end) = map(module.span, call.args)
    before, behind = (f"{module.source(use.node)}.encode_json(", ")") if is_json else ("", "")
    # What the arguments become is the business of the function that they stand in.
    edits.replace((module.span(call)[0], name_start), "Group(")
    edits.replace((name_end, start), f').send({{"text": {before}')
    edits.replace((end, module.span(call)[1]), f"{behind}}})")
    changes.need(module, "channels", "Group")


def _check_path(project: Project, use: Use) -> None:
    """Check that a route's path always has what its groups find: 1.x gave None for the others.

    Raises:
        Left: It may lack it.
    """
    calls = [each for each in (use.parent, use.grandparent) if isinstance(each, ast.Call)]
    for keyword in (keyword for call in calls for keyword in call.keywords):
        path = text_of(project, use.module, keyword.value)
        if keyword.arg == "path" and path is not None and may_be_missing(path):
            raise Left(use.module, use.node, "an argument of the URL may be missing")


def _problem(use: Use, name: str) -> str | None:
    parent = use.parent
    if isinstance(parent, ast.Call) and use.node in parent.args:
        function = use.module.meaning(parent.func) or getattr(parent.func, "id", "")
        if function in (*_ROUTES, "isinstance", "super"):
            return None
    if isinstance(parent, ast.keyword) and parent.arg == "sender":
        # A signal compares it.
        return None
    if isinstance(parent, ast.Attribute):
        around = use.grandparent
        if parent.attr == "as_route" and isinstance(around, ast.Call):
            has_attributes = any(each.arg == "attrs" for each in around.keywords)
            return "a route sets attributes of it" if has_attributes else None
        if parent.attr == "groups" and use.module.is_test:
            return None
        if parent.attr in ("encode_json", "decode_json"):
            return None
        return f"{name}.{parent.attr} is used elsewhere"
    is_value = isinstance(parent, ast.Tuple | ast.List | ast.Compare | ast.Call)
    is_called = isinstance(parent, ast.Call) and parent.func is use.node
    if use.module.is_test and is_value and not is_called and isinstance(use.node, ast.Name):
        return None
    return "it is used elsewhere than in a route"


def _change_bases(changes: Changes, module: Module, bases: list[ast.expr]) -> None:
    """Have the converted classes of a module derive from today's consumers."""
    edits = changes.edits(module)
    mapped = [base for base in bases if (module.meaning(base) or "").endswith(".BaseConsumer")]
    for base in mapped:
        edits.replace_node(base, modern_name(changes, module, "WebsocketConsumer"))
    bases = [base for base in bases if base not in mapped]
    if not bases:
        return
    own = {id(base) for base in bases}
    others = {
        module.meaning(node)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Name | ast.Attribute) and id(node) not in own
    }
    moved = {module.meaning(base) for base in bases if isinstance(base, ast.Name)} - others
    statement = _import_of(module)
    imported = {f"{OLD}{alias.name}" for alias in statement.names} if statement else set()
    if statement is not None and imported <= moved:
        text = module.source(statement).replace(OLD.rstrip("."), _NEW, 1)
        edits.replace_node(statement, text)
        return
    for base in bases:
        edits.replace_node(base, f"websocket.{(module.meaning(base) or '').rpartition('.')[2]}")
    changes.need(module, "channels.generic", "websocket")


def _import_of(module: Module) -> ast.ImportFrom | None:
    """The only import of 1.x's generic consumers, or ``None``."""
    found = [
        node
        for node in module.tree.body
        if isinstance(node, ast.ImportFrom) and node.module == OLD.rstrip(".")
    ]
    return found[0] if len(found) == 1 else None
