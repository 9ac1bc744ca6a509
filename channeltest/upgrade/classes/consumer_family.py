"""Converts class-based consumers of 1.x that derive from each other, or share bases."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from ...sources.edits import Edits
from ..functions.handlers import HANDLER, add_handler
from ..outcome import Left
from .class_body import ClassBody
from .class_families import Member
from .class_text import ClassText
from .consumer_class import HANDLERS, ConsumerClass, Method
from .dispatching import FRAMEWORK


@dataclass
class Converted:
    """A converted class.

    Attributes:
        body: The class as it was.
        edits: The changes of the class, but for its bases.
        imports: What it needs, as pairs of a module and a name.
        uses_session: Whether it uses the channel session.
        hands_out_name: Whether it uses the name of its channel.
    """

    body: ClassBody
    edits: Edits
    imports: set[tuple[str, str]] = field(default_factory=set)
    uses_session: bool = False
    answers_behind: bool = False
    hands_out_name: bool = False


def convert(
    family: Sequence[Member],
    served: Collection[Member],
    sending: Collection[str],
    groups: Collection[str],
    paths: Collection[str | None],
) -> list[Converted]:
    """Convert the classes of a family.

    Args:
        family: The classes, bases first.
        served: Those of them that are consumers and that connections run.
        sending: The names of functions that may send to groups.
        groups: The names of functions and properties that return a group.
        paths: The path filters of their routes.

    Returns:
        Each class, in the same order.

    Raises:
        Left: Something in them is not understood, or means one thing for one consumer and another
            thing for another.
    """
    bodies = {each.name: ClassBody(each.module, each.node) for each in family}

    for each in served:
        for other in each.shadowed:
            _check_shadowed(bodies[other.name])

    for each in served:
        line = [bodies[member.name] for member in each.order]
        mapped = [body for body in line if body.mapping is not None]
        if len(mapped) != each.is_mapped:
            raise Left(each.module, each.node, "which messages its methods get is not known")
        joining = {"groups", "connection_groups"}
        if each.is_mapped and any(body.attributes & joining for body in line):
            raise Left(each.module, each.node, "its groups are joined by a modern consumer")
        if each.is_mapped and "connect" not in mapped[0].methods:
            raise Left(
                each.module, each.node, "it does not say what happens when a client connects"
            )
    come_behind = set[int]()

    def consumers(notes: bool) -> list[ConsumerClass]:
        while True:
            # A method of several consumers answers in the same way for all of them.
            count, found = len(come_behind), []
            for each in served:
                line = [bodies[member.name] for member in each.order]
                known = next(iter(each.kinds)), sending, groups, paths, notes
                found.append(ConsumerClass(line, *known, come_behind))
            if len(come_behind) == count:
                return found

    found = consumers(False)
    notes = any(each.may_refuse and each.leaves for each in found)
    if notes:
        found = consumers(True)
    for each, consumer in zip(served, found, strict=True) if notes else ():
        if "is_accepted" in consumer.attributes | consumer.assigned:
            raise Left(each.module, each.node, "it has an 'is_accepted' of its own")
        if consumer.leaves and "connect" not in consumer.attributes:
            # Nothing would note that it accepts.
            reason = (
                "it has no connect() itself, and a class that shares its base may refuse a client"
            )
            raise Left(each.module, each.node, reason)
    classes = {each.name: Converted(bodies[each.name], Edits(each.module)) for each in family}
    for method in _same(found):
        _take(classes, method)
    for each in family:
        _write(classes, each, family, notes)
    return [*classes.values()]


def _check_shadowed(body: ClassBody) -> None:
    """Check that a class behind the generic consumer has nothing that this one has, too.

    Raises:
        Left: It has, so that its own is never used.
    """
    names = {*HANDLERS, *FRAMEWORK, "connection_groups", "message", "path"}
    taken = sorted(body.attributes & names) + sorted(body.settings)
    if taken:
        reason = f"it stands behind a generic consumer, which has a {taken[0]!r} of its own"
        raise body.left(body.node, reason)


def _same(found: Sequence[ConsumerClass]) -> Iterator[Method]:
    """Yield each method once; it has to be the same for all consumers that have it."""
    known: dict[int, Method] = {}
    for consumer in found:
        for number, method in consumer.translated.items():
            span = method.body.module.span(method.node)
            other = known.setdefault(number, method)
            if other.result.edits.apply(*span) != method.result.edits.apply(*span):
                text = "it means one thing for one of its consumers, and another for another"
                raise method.body.left(method.node, text)
    yield from known.values()


def _take(classes: dict[str, Converted], method: Method) -> None:
    made = next(each for each in classes.values() if each.body is method.body)
    made.edits.update(method.result.edits)
    made.imports |= method.result.imports
    made.uses_session |= method.result.uses_session
    made.answers_behind |= method.result.answers_behind
    made.hands_out_name |= method.result.hands_out_name


def _write(
    classes: dict[str, Converted], member: Member, family: Sequence[Member], notes: bool
) -> None:
    """Write what a class gets and loses besides what its methods become."""
    made = classes[member.name]
    body, text = made.body, ClassText(member.node, made.edits)
    bases = [classes[each.name] for each in member.order[1:]]
    text.remove(body.removed)
    for method in body.renamed:
        text.rename(method)
    if made.uses_session and any(member in each.shadowed for each in family):
        raise body.left(member.node, "it stands behind a generic consumer, and uses the session")
    if made.uses_session and not any(each.uses_session for each in bases):
        text.make_session()
    if made.answers_behind and not any(each.answers_behind for each in bases):
        for each in classes.values():
            if HANDLER in each.body.attributes | each.body.assigned:
                raise each.body.left(each.body.node, f"it has a method {HANDLER!r} of its own")
        add_handler(made.edits, member.node)
    if notes and body.leaves:
        text.guard(body.methods["disconnect"])
    groups = body.methods.get("connection_groups")
    if groups is not None and groups.args.vararg is not None:
        raise body.left(groups, f"the arguments of {groups.name}() are not known")
    if groups is not None and not any("connection_groups" in each.body.methods for each in bases):
        methods = [each.body.methods.get("connection_groups") for each in classes.values()]
        takes_some = any(_takes_some(each) for each in methods if each is not None)
        text.join_groups(groups, '**self.scope["url_route"]["kwargs"]' if takes_some else "")


def _takes_some(method: ast.FunctionDef) -> bool:
    """Whether a method looks at one of its arguments."""
    arguments = method.args
    names = {node.id for node in ast.walk(method) if isinstance(node, ast.Name)}
    return len(arguments.args) > 1 or (arguments.kwarg is not None and arguments.kwarg.arg in names)
