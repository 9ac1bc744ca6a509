"""What a send spells out: a dict, however it is written."""

from __future__ import annotations

import ast
import re
from functools import lru_cache

from ...sources.literals import spelled_dict
from ...sources.module import Module
from ...sources.project import Project

# Most files are not parsed to find out.
_RETURNS = re.compile(r"\breturn (\{|dict\()")


@lru_cache(maxsize=1)
def content_functions(project: Project) -> dict[str, tuple[ast.FunctionDef, ast.Dict]]:
    """Return the functions that end with a dict that they spell out, and return nothing else.

    A name that the project defines twice is left out: it is not known which one a call means.

    Args:
        project: The project.

    Returns:
        The function and its dict, by its name.
    """
    found: dict[str, tuple[ast.FunctionDef, ast.Dict]] = {}
    for module in project.modules.values():
        if module.is_test or not _RETURNS.search(module.text) or not module.is_python3:
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef) and (content := _returned(node)) is not None:
                found[node.name] = node, content
    return {name: each for name, each in found.items() if count_definitions(project, name) == 1}


def _returned(node: ast.FunctionDef) -> ast.Dict | None:
    last = node.body[-1]
    ends = [each for each in ast.walk(node) if isinstance(each, ast.Return | ast.Yield)]
    if node.decorator_list or not isinstance(last, ast.Return) or ends != [last]:
        return None
    return spelled_dict(last.value)


def content_of_call(project: Project, module: Module, call: ast.Call) -> ast.Dict | None:
    """Return what a call returns, if a function of the project spells it out.

    Args:
        project: The project.
        module: The module of the call.
        call: The call.
    """
    func = call.func
    name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    function, content = content_functions(project).get(name, (None, None))
    if function is None:
        return None
    meaning = module.meaning(func)
    definition = project.definition(meaning) if meaning else None
    if definition is not None:
        return content if definition[1] is function else None
    # A method, of which it is not known whose it is.
    is_method = any(each.arg in ("self", "cls") for each in function.args.args[:1])
    is_own = is_method and isinstance(func, ast.Attribute) and not hasattr(dict, name)
    return content if is_own and meaning is None else None


def count_definitions(project: Project, name: str) -> int:
    """Return how many functions of a project have a name.

    Args:
        project: The project.
        name: The name.
    """
    pattern = re.compile(rf"\bdef {name}\(")
    return sum(
        len(pattern.findall(module.text))
        for module in project.modules.values()
        if name in module.text
    )
