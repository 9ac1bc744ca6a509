"""Finds what the sources use of other packages without a promise that it stays.

That is: private attributes and imports, frames and code objects, what is replaced with a `Patch`,
and what is assigned to an attribute of an imported name. `scripts.foundations` has a row for each.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = {"channeltest": "channeltest", "compat": "channeltest.compat"}

# What leads from a coroutine, a generator or a thread to its frames and to their contents.
FRAMES = {
    *("ag_await", "ag_frame", "cr_await", "cr_code", "cr_frame", "gi_frame", "gi_yieldfrom"),
    *("f_back", "f_code", "f_globals", "f_lasti", "f_lineno", "f_locals"),
    *("co_code", "_getframe", "_current_frames", "settrace", "setprofile"),
}
_PRIVATE = re.compile(r"_[a-zA-Z]\w*")

Uses = Mapping[str, set[str]]


def sources() -> dict[str, str]:
    """Return the source of each module of the package, by the module's name."""
    found = {}
    for folder, package in FOLDERS.items():
        for path in sorted((ROOT / folder).rglob("*.py")):
            parts = path.relative_to(ROOT / folder).with_suffix("").parts
            name = ".".join([package, *(part for part in parts if part != "__init__")])
            found[name] = path.read_text(encoding="utf-8")
    return found


def uses(modules: Mapping[str, str]) -> Uses:
    """Return what modules use of others, and which modules do.

    Args:
        modules: The sources, by the modules' names.

    Returns:
        The names of the modules, by what they use: ``_ssock`` for a private attribute,
        ``f_locals["self"]`` for a variable of a frame, ``f_back`` for another step to a frame,
        ``wrap_future.__code__`` for a code object, ``Patch(loop.close)`` for what is replaced,
        ``SyncToAsync.single_thread_executor =`` for what is assigned.
    """
    trees = {name: ast.parse(source) for name, source in modules.items()}
    defined = {name: set(_defined(tree)) for name, tree in trees.items()}
    everywhere = set().union(*defined.values())
    found: dict[str, set[str]] = defaultdict(set)
    for name, tree in trees.items():
        for use in _Reader(tree, defined[name], everywhere).uses():
            found[use].add(name)
    return found


def _defined(tree: ast.Module) -> Iterator[str]:
    """Yield the names that a module defines, and the attributes that it gives to ``self``."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and _is_set(node) and _is_own(node.value):
            yield node.attr


def _is_set(node: ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Store)


def _is_own(node: ast.expr) -> bool:
    """Whether an expression is the object of the class whose code it stands in."""
    if isinstance(node, ast.Call):
        node = node.func
    return isinstance(node, ast.Name) and node.id in ("self", "cls", "super")


class _Reader:
    """Reads one module.

    Args:
        tree: The module.
        defined: The names that it defines.
        everywhere: The names that all modules define; a subclass uses those of its base.
    """

    def __init__(self, tree: ast.Module, defined: set[str], everywhere: set[str]) -> None:
        self._tree = tree
        self._defined = defined
        self._everywhere = everywhere
        self._imported = set(_imported(tree))

    def uses(self) -> Iterator[str]:
        """Yield what the module uses."""
        named_variables = set()
        for node in ast.walk(self._tree):
            if (variable := _frame_variable(node)) is not None:
                locals_of, name = variable
                named_variables.add(locals_of)
                yield f'f_locals["{name}"]'
        for node in ast.walk(self._tree):
            if node in named_variables:
                continue
            if isinstance(node, ast.Attribute):
                yield from self._attribute(node)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from self._string(node.value)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                yield from filter(_PRIVATE.fullmatch, (alias.name for alias in node.names))
            elif isinstance(node, ast.Call) and ast.unparse(node.func) == "Patch":
                owner, name = node.args[:2]
                if isinstance(name, ast.Constant):
                    yield f"Patch({_last(owner)}.{name.value})"

    def _attribute(self, node: ast.Attribute) -> Iterator[str]:
        name = node.attr
        if name == "__code__":
            yield f"{_last(node.value)}.__code__"
        elif name in FRAMES:
            yield name
        elif _PRIVATE.fullmatch(name):
            ours = self._everywhere if _is_own(node.value) else self._defined
            if name not in ours:
                yield name
        elif _is_set(node) and ast.unparse(node.value) in self._imported:
            yield f"{ast.unparse(node.value)}.{name} ="

    def _string(self, value: str) -> Iterator[str]:
        """Yield a name that is given as a string, as to ``getattr``."""
        is_foreign = _PRIVATE.fullmatch(value) and value not in self._defined
        if is_foreign or value in FRAMES or value == "__code__":
            yield value


def _imported(tree: ast.Module) -> Iterator[str]:
    """Yield names that are bound to something of another package, second names included."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update((alias.asname or alias.name).partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.update(alias.asname or alias.name for alias in node.names)
    yield from found
    for node in ast.walk(tree):
        # ``layers: Any = ChannelLayerManager`` is a second name, for the type checker's sake.
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                if ast.unparse(value).partition(".")[0] in found:
                    yield name


def _frame_variable(node: ast.AST) -> tuple[ast.Attribute, str] | None:
    """Return the ``f_locals`` and the name in ``f_locals["name"]`` and ``f_locals.get("name")``."""
    match node:
        case ast.Subscript(
            value=ast.Attribute(attr="f_locals") as found, slice=ast.Constant(value=str() as name)
        ):
            return found, name
        case ast.Call(
            func=ast.Attribute(value=ast.Attribute(attr="f_locals") as found, attr="get"),
            args=[ast.Constant(value=str() as name), *_],
        ):
            return found, name
    return None


def _last(node: ast.expr) -> str:
    """Return an expression as text, without the ``self.`` and ``_`` that it may begin with."""
    return ast.unparse(node).removeprefix("self.").lstrip("_")
