"""The conversions of an upgrade, each of which works without the others."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ...sources.module import Module
from ...sources.project import Project
from ..outcome import Finding
from ..plan import ASYNC, FIXERS, TESTS, Plan, load, plan

# The fixers that convert one thing if one is chosen; of the others, each run is one conversion.
ONE_AT_A_TIME = (
    *("class_consumers", "function_consumers", "worker_functions"),
    *("group_sends", "channel_sends"),
)
_CONSUMERS = (*ONE_AT_A_TIME[:3], ASYNC)

# What a conversion is known by, also after others.
Key = tuple[str, str]


@dataclass(frozen=True)
class Conversion:
    """One thing that can be converted by itself, or several that cannot be converted alone.

    Attributes:
        key: The codes of the fixers, and the dotted name of the thing, or of several with commas.
        findings: What is converted.
        plan: The project before and after it.
        consumers: The names, without modules, of the consumers that are converted, or that send
            what is converted.
        made: The names of the functions and classes that are there instead.
        is_consumer: Whether it is a consumer, and not what is sent or where routes lead.
        is_whole: Whether it is how the project is served, and so all of its consumers.
        test_classes: The test classes that are converted, each with the last name of its module.
    """

    key: Key
    findings: tuple[Finding, ...]
    plan: Plan
    consumers: frozenset[str]
    made: frozenset[str]
    is_consumer: bool
    is_whole: bool = False
    test_classes: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """What it is called in a report."""
        return self.key[1]


def next_conversion(
    project: Project, fixers: Collection[str], tried: Collection[Key]
) -> Conversion | None:
    """Return the first conversion that has not been tried, or ``None``.

    Args:
        project: The project as it is now.
        fixers: The names of the fixers that may run.
        tried: The keys of the conversions that have been tried.
    """
    return next(_conversions(project, fixers, tried), None)


def _conversions(
    project: Project, fixers: Collection[str], tried: Collection[Key]
) -> Iterator[Conversion]:
    for fixer in FIXERS:
        if fixer in fixers and fixer in ONE_AT_A_TIME:
            yield from _of_fixer(project, fixer, tried)
    # The end of the port, which only works as a whole.
    rest = [each for each in FIXERS if each in fixers and each not in ONE_AT_A_TIME]
    key = ", ".join(load(each).CODE for each in rest), ", ".join(rest)
    if rest and key not in tried:
        found = plan(project, rest)
        if found.changed:
            yield _conversion(key, found, (), False, is_whole=True)
    # What is proved as a sync consumer stays one if the async one differs.
    if ASYNC in fixers:
        yield from _of_fixer(project, ASYNC, tried)
    for fixer in TESTS:
        if fixer in fixers:
            yield from _of_fixer(project, fixer, tried)


def all_together(
    project: Project, fixers: Collection[str], failed: Collection[str]
) -> Conversion | None:
    """Return all consumers and sends that can be converted as one conversion.

    Args:
        project: The project as it is now.
        fixers: The names of the fixers that may run.
        failed: The names of conversions that cannot be converted alone.

    Returns:
        The conversion, or ``None`` if it would have none of them.
    """
    found = plan(project, [each for each in fixers if each in ONE_AT_A_TIME])
    findings = [each for each in found.findings if each.kind == "automatic"]
    names = dict.fromkeys(each.name for each in findings)
    own = [name for name in failed if set(name.split(", ")) <= names.keys()]
    codes = dict.fromkeys(each.code for each in findings)
    key = ", ".join(sorted(codes)), ", ".join(own)
    return _conversion(key, found, names, True) if own else None


def _of_fixer(project: Project, fixer: str, tried: Collection[Key]) -> Iterator[Conversion]:
    """The conversions of one fixer: one thing each, then those that only work together."""
    code, is_consumer = load(fixer).CODE, fixer in _CONSUMERS
    findings = load(fixer).fix(project).findings
    names = dict.fromkeys(each.name for each in findings if each.kind == "automatic")
    together, seen = [], set[str]()
    for name in names:
        if (code, name) in tried or name in seen:
            continue
        found, own = plan(project.choosing([name]), [fixer]), [name]
        if fixer == "class_consumers":
            # Classes that derive from each other are converted with one of them.
            own = [each.name for each in found.findings if each.kind == "automatic"]
            seen |= {*own}
        if not found.changed:
            together.append(name)
        elif (code, ", ".join(own)) not in tried:
            yield _conversion((code, ", ".join(own)), found, own, is_consumer)
    key = code, ", ".join(together)
    if together and key not in tried:
        found = plan(project.choosing(together), [fixer])
        if found.changed:
            yield _conversion(key, found, together, is_consumer)


def _conversion(
    key: Key, found: Plan, own: Collection[str], is_consumer: bool, is_whole: bool = False
) -> Conversion:
    findings = tuple(each for each in found.findings if each.kind == "automatic")
    names, made, test_classes = {_own_name(found.before, name) for name in own}, set[str](), set()
    for changed in found.changed:
        before, after = (each.modules.get(changed) for each in (found.before, found.after))
        made |= _changed(after, before)
        if after is not None and after.is_test:
            last = after.name.rpartition(".")[2]
            test_classes |= {f"{last}.{name}" for name in _changed(after, before)}
        if is_consumer:
            names |= _changed(before, after)
    consumers = frozenset(names - {""})
    return Conversion(
        *(key, findings, found, consumers, frozenset(made), is_consumer, is_whole),
        test_classes=frozenset(test_classes),
    )


def _own_name(project: Project, name: str) -> str:
    """The name of the function or class, at the top of its module, that a dotted name is in."""
    home = name
    while home and home not in project.modules:
        home = home.rpartition(".")[0]
    return name.removeprefix(home).removeprefix(".").partition(".")[0]


def _changed(module: Module | None, other: Module | None) -> set[str]:
    """The names of a module's functions and classes that another text of it has not."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    texts, others = (
        {node.name: ast.unparse(node) for node in each.tree.body if isinstance(node, kinds)}
        if each
        else {}
        for each in (module, other)
    )
    return {name for name, text in texts.items() if others.get(name) != text}
