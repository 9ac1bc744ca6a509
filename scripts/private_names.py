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
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_PRIVATE = re.compile(r"_[a-zA-Z]\w*")

Uses = Mapping[str, set[str]]


def sources() -> dict[str, str]:
    """Return the source of each module of the package, by the module's name.

    The parts of the recorder are left out: they run beside Channels 1, which changes no more.
    """
    found = {}
    for folder, package in FOLDERS.items():
        for path in sorted((ROOT / folder).rglob("*.py")):
            if path.is_relative_to(ROOT / "channeltest" / "recorder" / "parts"):
                continue
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
    functions: dict[str, set[str]] = defaultdict(set)
    for name, tree in trees.items():
        functions[_folder(name)].update(_functions(tree))
    found: dict[str, set[str]] = defaultdict(set)
    for name, tree in trees.items():
        reader = _Reader(tree, defined[name], everywhere, functions[_folder(name)])
        for use in reader.uses():
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


def _functions(tree: ast.Module) -> Iterator[str]:
    """Yield the names of the functions and methods of a module."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name


def _folder(module: str) -> str:
    return module.rpartition(".")[0]


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
        functions: The names of the functions of the modules in its folder; a string may name one,
            to be compared with the name of a code object.
    """

    def __init__(
        self, tree: ast.Module, defined: set[str], everywhere: set[str], functions: set[str]
    ) -> None:
        self._tree = tree
        self._defined = defined
        self._everywhere = everywhere
        self._functions = functions
        self._imported = set(_imported(tree))

    def uses(self) -> Iterator[str]:
        """Yield what the module uses."""
        named_variables = set()
        for node, second_names in _with_second_names(self._tree):
            if (variable := _frame_variable(node, second_names)) is not None:
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
        ours = self._defined | self._functions
        is_foreign = _PRIVATE.fullmatch(value) and value not in ours
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


def _with_second_names(tree: ast.Module) -> Iterator[tuple[ast.AST, set[str]]]:
    """Yield each node with the names that its function gives to the variables of a frame.

    That is: ``local`` in a function with ``local = frame.f_locals``.
    """
    parts = [tree, *(node for node in ast.walk(tree) if isinstance(node, _FUNCTIONS))]
    for part in parts:
        nodes = list(_inside(part))
        second_names = set()
        for node in nodes:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Attribute(attr="f_locals")):
                    second_names.add(name)
        yield from ((node, second_names) for node in nodes)


def _inside(part: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a module or a function, but not those of functions in it."""
    for node in ast.iter_child_nodes(part):
        yield node
        if not isinstance(node, _FUNCTIONS):
            yield from _inside(node)


def _frame_variable(node: ast.AST, second_names: set[str]) -> tuple[ast.expr, str] | None:
    """Return the ``f_locals`` and the name in ``f_locals["name"]`` and ``f_locals.get("name")``."""
    match node:
        case ast.Subscript(value=found, slice=ast.Constant(value=str() as name)):
            pass
        case ast.Call(
            func=ast.Attribute(value=found, attr="get"),
            args=[ast.Constant(value=str() as name), *_],
        ):
            pass
        case _:
            return None
    is_second_name = isinstance(found, ast.Name) and found.id in second_names
    is_f_locals = isinstance(found, ast.Attribute) and found.attr == "f_locals"
    return (found, name) if is_second_name or is_f_locals else None


def _last(node: ast.expr) -> str:
    """Return an expression as text, without the ``self.`` and ``_`` that it may begin with."""
    return ast.unparse(node).removeprefix("self.").lstrip("_")
