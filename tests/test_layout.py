"""Where things are: the rules that keep the folders readable, each checked over all modules."""

from __future__ import annotations

import ast
import graphlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = {"channeltest": "channeltest", "compat": "channeltest.compat"}
MOST_LINES = 350
MOST_FILES_IN_THE_ROOT = 15
MOST_LEVELS = 12
MOST_LEVELS_OF_FOLDERS = 8

# What breaks a rule and is being mended, as the rules name it. Nothing may be added.
OPEN: set[str] = set()

Broken = dict[str, str]


def dotted(path: Path) -> str:
    """The import name of a source file."""
    folder, *rest = path.relative_to(ROOT).with_suffix("").parts
    return ".".join([FOLDERS[folder], *(part for part in rest if part != "__init__")])


PATHS = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
MODULES = {dotted(path): path for path in PATHS}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# Tests


def mirrored(path: Path) -> list[Path]:
    """The test files of a module; a management command's may leave out ``commands``."""
    folder = ROOT / "tests" / path.relative_to(ROOT).parent
    folders = [folder, folder.parent] if folder.name == "commands" else [folder]
    patterns = (f"test_{path.stem}.py", f"test_{path.stem}_*.py")
    return [found for each in folders for pattern in patterns for found in each.glob(pattern)]


def without_tests() -> Broken:
    """Each module has its test file at the mirrored place."""
    return {
        f"{name_of(path)} (tests)": f"no tests/{name_of(path.parent)}/test_{path.name}"
        for path in PATHS
        if path.name != "__init__.py" and "migrations" not in path.parts and not mirrored(path)
    }


# Sizes and docstrings


def long() -> Broken:
    """No module is long."""
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in PATHS}
    return {
        f"{name_of(path)} (lines)": f"{count} lines, {MOST_LINES} at most: find its second idea"
        for path, count in lines.items()
        if count > MOST_LINES
    }


def crowded() -> Broken:
    """The root of the harness has few files."""
    names = sorted(path.name for path in (ROOT / "channeltest").glob("*.py"))
    broken = len(names) > MOST_FILES_IN_THE_ROOT
    return {"channeltest (files)": ", ".join(names)} if broken else {}


def unexplained() -> Broken:
    """A folder says what it does, what it imports and who uses it; not those Django prescribes."""
    found = {}
    for path in PATHS:
        if path.name == "__init__.py" and not {"management", "migrations"} & {*path.parts}:
            text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            if len(re.findall(r"[.?!](?=\s|$)", text)) < 3:
                broken = "its docstring has three sentences: what it does, what it imports, who "
                found[f"{name_of(path.parent)} (docstring)"] = f"{broken} uses it"
    return found


# Imports


def running(node: ast.AST) -> Iterator[ast.AST]:
    """Every node below this one but what only a type checker reads."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)):
            yield from running(child)


def imports(module: str) -> set[str]:
    """The modules of ours that a module imports when it runs, also within functions."""
    path = MODULES[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    found = set()
    for node in running(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package.rsplit(".", node.level - 1)[0] if node.level else ""
            base = ".".join(filter(None, (start, node.module)))
            found.update([base, *(f"{base}.{alias.name}" for alias in node.names)])
    # To import a module runs the folders that it is in.
    return {name for name in found & MODULES.keys() if not f"{module}.".startswith(f"{name}.")}


GRAPH = {module: imports(module) for module in MODULES}


def circle(graph: dict[str, set[str]]) -> str:
    """The first circle that is found, or nothing."""
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return " -> ".join(reversed(error.args[1]))
    return ""


def circle_of_modules() -> Broken:
    """No module imports its user, at any distance."""
    found = circle(GRAPH)
    return {"a circle of modules": found} if found else {}


def folder(module: str) -> str:
    """The folder of a module; what is in the root of a package stands for itself."""
    parts = MODULES[module].relative_to(ROOT).parts
    return module if len(parts) == 2 else ".".join(parts[:2])


def circle_of_folders() -> Broken:
    """No folder imports its user, at any distance."""
    graph: dict[str, set[str]] = {}
    for module, imported in GRAPH.items():
        here = folder(module)
        graph.setdefault(here, set()).update({folder(each) for each in imported} - {here})
    for package in FOLDERS.values():
        # It names what its modules offer, and nobody below needs it.
        graph.pop(package)
    found = circle(graph)
    return {"a circle of folders": found} if found else {}


def levels(graph: dict[str, set[str]]) -> tuple[str, int]:
    """What lies on the most levels of others, and on how many; it counts itself."""
    depth: dict[str, int] = {}
    for each in graphlib.TopologicalSorter(graph).static_order():
        depth[each] = 1 + max((depth.get(below, 0) for below in graph.get(each, ())), default=0)
    deepest = max(depth, key=depth.__getitem__)
    return deepest, depth[deepest]


def deep() -> Broken:
    """The modules of the harness do not lie on many levels of others."""
    if circle(GRAPH):
        return {"levels of modules": "none can be counted in a circle"}
    harness = {
        module: {each for each in below if not in_compat(each)}
        for module, below in GRAPH.items()
        if not in_compat(module)
    }
    deepest, count = levels(harness)
    broken = f"{deepest} has {count}, and {MOST_LEVELS} are the most"
    return {"levels of modules": broken} if count > MOST_LEVELS else {}


def deep_folders() -> Broken:
    """The folders do not lie on many levels of others; compat is one."""
    graph: dict[str, set[str]] = {}
    for module, below in GRAPH.items():
        if module != "channeltest":
            graph.setdefault(part(module), set()).update(map(part, below - {"channeltest"}))
    for each, below in graph.items():
        below.discard(each)
    if circle(graph):
        return {"levels of folders": f"none can be counted in a circle: {circle(graph)}"}
    deepest, count = levels(graph)
    broken = f"{deepest} has {count}, and {MOST_LEVELS_OF_FOLDERS} are the most"
    return {"levels of folders": broken} if count > MOST_LEVELS_OF_FOLDERS else {}


def part(module: str) -> str:
    """The folder or the module in the package's root that a module is in."""
    return module.split(".")[1]


def in_compat(module: str) -> bool:
    return f"{module}.".startswith("channeltest.compat.")


RULES = [
    without_tests,
    long,
    crowded,
    unexplained,
    circle_of_modules,
    circle_of_folders,
    deep,
    deep_folders,
]


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_holds(rule: Callable[[], Broken]) -> None:
    broken = {entry: text for entry, text in rule().items() if entry not in OPEN}
    lines = [f"  {entry}: {text}" for entry, text in broken.items()]
    assert not broken, "\n".join([f"{rule.__doc__}", *lines])


def test_what_was_mended_is_open_no_more() -> None:
    mended = OPEN - {entry for rule in RULES for entry in rule()}
    assert not mended, f"take these out of OPEN: {sorted(mended)}"
