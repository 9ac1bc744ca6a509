"""Which of the things in a project a fixer converts: all of them, or those that were chosen."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ..sources.module import Module
from ..sources.project import Project
from .outcome import Left, name_of


def check_chosen(project: Project, module: Module, node: ast.expr | ast.stmt) -> None:
    """Check that a thing is to be converted now.

    Args:
        project: The project; it knows what is chosen.
        module: The module of the thing.
        node: The node that its finding names.

    Raises:
        Left: Others are chosen.
    """
    if project.chosen is not None and name_of(module, node) not in project.chosen:
        raise Left(module, node, "others are chosen")


def check_any_chosen(
    project: Project, things: Sequence[tuple[Module, ast.expr | ast.stmt]]
) -> None:
    """Check that one of some things is to be converted now, which are converted together.

    Args:
        project: The project; it knows what is chosen.
        things: The modules of the things, with the nodes that their findings name.

    Raises:
        Left: Others are chosen.
    """
    for module, node in things:
        try:
            check_chosen(project, module, node)
        except Left:
            continue
        return
    raise Left(*things[0], "others are chosen")
