"""Finds the consumers that were converted in this run, and who else uses their classes."""

from __future__ import annotations

import ast
import re

from ...sources.module import Module
from ...sources.project import Project, Use
from ..outcome import Left
from ..sends.layer_sends import is_modern
from . import known
from .constants import depth_of
from .family import Family, Member

_ROUTES = {"channels.route", "channels.route_class"}
_OF_ROUTES = {"as_asgi", "as_route"}


def converted_families(project: Project) -> list[Family]:
    """Return the families of the sync consumers that this run has converted.

    Args:
        project: The project, as it is now.
    """
    families: dict[str, Family] = {}
    waiting = [
        Member(module, node, node.bases[0])
        for module in project.with_channels()
        if not module.is_test
        for node in module.tree.body
        if isinstance(node, ast.ClassDef) and node.bases and _is_new(project, module, node)
    ]
    found = True
    while found:
        found = False
        for member in list(waiting):
            base = project.name_of(member.module.meaning(member.base) or "")
            family = families.get(base) or (Family(base) if base in known.BASES else None)
            if family is not None:
                family.members.append(member)
                families[member.name] = family
                waiting.remove(member)
                found = True
    return list({id(each): each for each in families.values()}.values())


def _is_new(project: Project, module: Module, node: ast.ClassDef) -> bool:
    """Whether a class is a consumer of today, and was none in the project that was read."""
    if not is_modern(project, module, node):
        return False
    before = project.original.modules.get(module.name)
    return before is None or not any(
        isinstance(each, ast.ClassDef)
        and each.name == node.name
        and is_modern(project.original, before, each)
        for each in before.tree.body
    )


def check_family(project: Project, family: Family) -> None:
    """Check that classes are only used as routes use them.

    Args:
        project: The project.
        family: The classes.

    Raises:
        Left: Something else is done with one, or what it is made of is not known.
    """
    nodes = [each.node for each in family.members]
    for member in family.members:
        module, node = member.module, member.node
        if len(node.bases) > 1 or node.keywords or node.decorator_list:
            raise Left(module, node, "it has other bases, or a decorator")
        for each in node.body:
            is_text = isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)
            is_known = isinstance(each, ast.FunctionDef | ast.Pass)
            if isinstance(each, ast.Assign):
                is_known = _is_value(project, module, each.value)
            if not is_text and not is_known:
                raise Left(module, each, "what this line of the class does is not known")
        _check_uses(project, member.name, nodes)
        _check_patches(project, member)


def _is_value(project: Project, module: Module, node: ast.expr) -> bool:
    """Whether what a class assigns is a value or a class, and no method under another name."""
    if isinstance(node, ast.Name | ast.Attribute):
        name = module.meaning(node) or ""
        definition = project.definition(name)
        if definition is not None:
            found = definition[1]
            return isinstance(found, ast.ClassDef) or (
                isinstance(found, ast.Assign) and depth_of(definition[0], found.value) is not None
            )
        return known.is_setting(name)
    return depth_of(module, node) is not None


def _check_uses(project: Project, name: str, family: list[ast.ClassDef]) -> None:
    """Check the places that have a class, also under other names.

    Raises:
        Left: One may call it, or look inside it.
    """
    for use in project.uses(name):
        if use.parent in family:
            # A subclass, which is converted with it.
            continue
        if isinstance(use.parent, ast.Assign) and not use.module.is_test:
            for target in use.parent.targets:
                if not isinstance(target, ast.Name):
                    raise Left(use.module, use.node, "the class is stored")
                _check_uses(project, f"{use.module.name}.{target.id}", family)
        elif problem := _problem(use):
            raise Left(use.module, use.node, problem)


def _problem(use: Use) -> str | None:
    parent, module = use.parent, use.module
    if isinstance(parent, ast.Call) and use.node in parent.args:
        function = module.meaning(parent.func) or getattr(parent.func, "id", "")
        if function in _ROUTES or function in ("isinstance", "super"):
            return None
        if module.is_test and not re.search("patch|attr", module.source(parent.func)):
            return None
    if isinstance(use.node, ast.Constant):
        is_called = module.is_test or not isinstance(parent, ast.Tuple | ast.List | ast.Dict)
        return "the class is named, perhaps to be patched" if is_called else None
    if isinstance(parent, ast.Attribute):
        is_read = parent.attr == "groups" and isinstance(parent.ctx, ast.Load)
        call = use.grandparent
        if parent.attr in _OF_ROUTES and isinstance(call, ast.Call):
            is_plain = not call.args and all(each.arg == "path" for each in call.keywords)
            return None if is_plain else "what a route makes it with is not known"
        if parent.attr in _OF_ROUTES or (is_read and module.is_test):
            return None
        return f"its {parent.attr} is used elsewhere"
    is_value = isinstance(parent, ast.Tuple | ast.List | ast.Dict | ast.Compare)
    return None if is_value else "the class is used elsewhere than in a route"


def _check_patches(project: Project, member: Member) -> None:
    """Check that no text names a method of a class.

    Raises:
        Left: One does.
    """
    pattern = re.compile(rf"""["']{re.escape(member.name)}\.(\w+)""")
    for module in project.modules.values():
        if match := pattern.search(module.text):
            line = module.text.count("\n", 0, match.start()) + 1
            reason = f"{module.path.name} line {line} names {match[1]}, perhaps to patch it"
            raise Left(member.module, member.node, reason)
