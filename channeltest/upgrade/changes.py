"""The changes of a fixer, collected for each module."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from ..sources.edits import Edits, line_end_of, with_imports, without_unused
from ..sources.module import Module, canonical
from ..sources.project import Project
from .outcome import Left

if TYPE_CHECKING:
    from .routes import Route


class Changes:
    """The edits and imports that a fixer asks for.

    Args:
        project: The project that is changed.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._edits: dict[str, Edits] = {}
        self._needed: dict[str, list[tuple[str, str]]] = {}

    def edits(self, module: Module) -> Edits:
        """Return the edits of a module, to add to."""
        return self._edits.setdefault(module.name, Edits(module))

    def need(self, module: Module, origin: str, name: str) -> None:
        """Have a module import a name.

        Args:
            module: The module.
            origin: What it is imported from, as the import spells it.
            name: The name.

        Raises:
            Left: The module uses the name for something else.
        """
        check_free(module, name, f"{module.absolute(origin)}.{name}")
        self._needed.setdefault(module.name, []).append((origin, name))

    def update(self, other: Changes) -> None:
        """Take over changes that were collected by themselves, now that all of them are known."""
        for name, edits in other._edits.items():
            self._edits.setdefault(name, Edits(edits.module)).update(edits)
        for name, needed in other._needed.items():
            self._needed.setdefault(name, []).extend(needed)

    def texts(self) -> dict[str, str]:
        """Return the new text of each module that changes."""
        changed = {name: edits for name, edits in self._edits.items() if edits}
        return {name: self._new_text(name, edits) for name, edits in changed.items()}

    def _new_text(self, name: str, edits: Edits) -> str:
        before = edits.module
        text = edits.apply()
        if len(text.rstrip()) < len(text) and before.text.rstrip() != text.rstrip():
            # What stood at the end may be gone.
            text = text.rstrip() + line_end_of(text)
        with_new_names = with_imports(before.replaced(text), self._needed.get(name, ()))
        found = without_unused(before, before.replaced(with_new_names), self._taken(name))
        # The first import may be gone.
        return found if before.text[:1].isspace() else found.lstrip("\r\n")

    def _taken(self, name: str) -> set[str]:
        """What other modules import from a module, or name as a string."""
        taken = set()
        last = name.rpartition(".")[2]
        for module in self._project.modules.values():
            if module.name == name or last not in module.text or not module.is_python3:
                continue
            taken |= {each for origin, each in module.imported_from if origin == name}
            if name in module.text:
                taken |= set(re.findall(rf"[\"']{re.escape(name)}\.(\w+)", module.text))
        return taken


def check_free(module: Module, name: str, meaning: str) -> None:
    """Check that a name at the top of a module is not used, or stands for what is needed.

    Args:
        module: The module.
        name: The name.
        meaning: The dotted name of what is needed.

    Raises:
        Left: The module uses the name for something else.
    """
    known = module.imports.get(name)
    if name in module.definitions or known not in (None, canonical(meaning)):
        raise Left(module, module.tree.body[0], f"the file uses the name {name!r} itself")


def modern_name(changes: Changes, module: Module, name: str) -> str:
    """Have a module import a generic consumer of today, and return how it spells it.

    Args:
        changes: The changes of the project.
        module: The module.
        name: The name of the consumer, which the module may have imported from 1.x.

    Raises:
        Left: The module uses the names that are needed for something else.
    """
    imported = module.imports.get(name)
    if imported in (None, f"channels.generic.websocket.{name}") and name not in module.definitions:
        changes.need(module, "channels.generic.websocket", name)
        return name
    changes.need(module, "channels.generic", "websocket")
    return f"websocket.{name}"


def target_of(changes: Changes, route: Route, home: Module, name: str) -> str:
    """Return how a route spells its new target, and have its module import it.

    Args:
        changes: The changes of the project.
        route: The route.
        home: The module that defines the target, which defines the old one too.
        name: The target.

    Raises:
        Left: How the old target is imported is not known.
    """
    target, module = route.target, route.module
    if isinstance(target, ast.Constant):
        return f'"{home.name}.{name}"'
    if isinstance(target, ast.Attribute) and module.meaning(target.value) == home.name:
        return f"{module.source(target.value)}.{name}"
    is_known = module.name == home.name or module.all_of == home.name
    if not is_known:
        changes.need(module, _origin_of(module, target, home), name)
    return name


def _origin_of(module: Module, target: ast.expr, home: Module) -> str:
    """Where a module takes a target from; its home, if it had the old one from a third module."""
    if isinstance(target, ast.Attribute):
        return home.name
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and isinstance(target, ast.Name):
            names = {alias.asname or alias.name for alias in node.names}
            if target.id in names:
                is_direct = module.origin(node) == home.name
                return "." * node.level + (node.module or "") if is_direct else home.name
    raise Left(module, target, "how it is imported is not known")
