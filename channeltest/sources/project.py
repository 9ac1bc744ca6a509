"""The modules of a project, and what refers to what among them."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from .files import find_files
from .module import Module


class Use(NamedTuple):
    """A place that refers to something.

    Attributes:
        module: Where it is.
        node: The name, attribute or string that refers.
    """

    module: Module
    node: ast.expr

    @property
    def parent(self) -> ast.AST:
        """The node around it."""
        return next(self.module.around(self.node))

    @property
    def grandparent(self) -> ast.AST:
        """The node around that."""
        around = self.module.around(self.node)
        next(around)
        return next(around)


class Project:
    """The source files of a project.

    Args:
        modules: Its modules.
        original: The project as it was read, before any change; itself by default.
        chosen: The dotted names of what is converted; ``None``: everything.

    Attributes:
        modules: The same, by their dotted names.
        original: The same.
        chosen: The same.
    """

    def __init__(
        self,
        modules: Iterable[Module],
        original: Project | None = None,
        chosen: Collection[str] | None = None,
    ) -> None:
        self.modules = {module.name: module for module in modules}
        self.original: Project = original or self
        self.chosen = chosen

    @classmethod
    def load(cls, paths: Iterable[Path]) -> Project:
        """Read the files below some paths; files that do not mention Channels are parsed later.

        Raises:
            SourceError: A file cannot be read, or one that mentions Channels is no Python 3.
        """
        project = cls(Module.load(path) for path in find_files(paths))
        for module in project.with_channels():
            module.tree  # noqa: B018  # it raises
        return project

    def with_channels(self) -> Iterator[Module]:
        """Yield the modules that mention Channels."""
        for module in self.modules.values():
            if module.mentions_channels:
                yield module

    def changed(self, texts: dict[str, str], created: Iterable[Module] = ()) -> Project:
        """Return the project with other texts for some modules.

        Args:
            texts: Dotted names of modules, each with its new text.
            created: New modules.
        """
        modules = self.modules.values()
        changed = (
            module.replaced(texts[module.name]) if module.name in texts else module
            for module in modules
        )
        return Project([*changed, *created], self.original, self.chosen)

    def choosing(self, names: Collection[str] | None) -> Project:
        """Return the project with some things chosen: fixers convert no others.

        Args:
            names: The dotted names of functions and classes; ``None`` chooses everything.
        """
        return Project(self.modules.values(), self.original, names)

    def definition(self, name: str) -> tuple[Module, ast.stmt] | None:
        """Return where something is defined at the top of a module, or ``None``.

        Args:
            name: A dotted name; names that are imported again elsewhere are followed.
        """
        home, _, last = self.name_of(name).rpartition(".")
        module = self.modules.get(home)
        if module is None or not module.is_python3 or last not in module.definitions:
            return None
        return module, module.definitions[last]

    def name_of(self, name: str) -> str:
        """Return the dotted name of where something is defined, as far as the project shows it."""
        seen = {name}
        while True:
            home, _, last = name.rpartition(".")
            module = self.modules.get(home)
            if module is None or not module.is_python3 or last in module.definitions:
                return name
            name = module.imports.get(last) or self._of_stars(module, last) or name
            if name in seen:
                return name
            seen.add(name)

    def _of_stars(self, module: Module, last: str) -> str | None:
        """Return the name that a module gets with ``from ... import *``, if it is known whence."""
        origins = [self.modules.get(each) for each in module.stars]
        if last.startswith("_") or None in origins:
            return None
        found = [each for each in origins if each and last in {*each.definitions, *each.imports}]
        return f"{found[0].name}.{last}" if len(found) == 1 else None

    def uses(self, name: str) -> list[Use]:
        """Return every place that refers to a name: in code, and strings that are its path.

        Args:
            name: The dotted name of where it is defined.
        """
        last = name.rpartition(".")[2]
        return [
            Use(module, node)
            for module in self.modules.values()
            if last in module.text and module.is_python3
            for node in module.references(last)
            if self._refers(module, node, name)
        ]

    def imports_of(self, name: str) -> Iterator[Module]:
        """Yield the modules that import a name, under any name, from any module.

        Args:
            name: The dotted name of where it is defined.
        """
        last = name.rpartition(".")[2]
        for module in self.modules.values():
            if last in module.text and module.is_python3:
                pairs = ((origin, each) for origin, each in module.imported_from if each == last)
                if any(self.name_of(f"{origin}.{each}") == name for origin, each in pairs):
                    yield module

    def _refers(self, module: Module, node: ast.expr, name: str) -> bool:
        meaning = str(node.value) if isinstance(node, ast.Constant) else module.meaning(node) or ""
        return bool(meaning) and self.name_of(meaning) == name
