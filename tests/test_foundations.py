"""What the package leans on without a promise is there, and all of it is known."""

from __future__ import annotations

import ast
import functools
import importlib
import pkgutil
import re
import sys
import textwrap
from collections import Counter
from pathlib import Path
from types import FunctionType

import channeltest.compat
import pytest

from scripts.foundations import EXEMPT, ROWS, table, where
from scripts.private_names import sources, uses

ROOT = Path(__file__).resolve().parent.parent

SOURCES = sources()
FOUND = uses(SOURCES)
PRIVATE = re.compile(r"_[a-zA-Z]\w*")
NAMED = {row.use for row in ROWS} | EXEMPT.keys()


@pytest.mark.parametrize("row", ROWS, ids=[row.what.replace("``", "") for row in ROWS])
def test_the_installed_release_has_it(row):
    assert row.holds(), (
        f"{row.what} is gone or has changed. {', '.join(where(row, FOUND, SOURCES))} "
        f"needs it: it {row.why}. What to do: {row.instead}."
    )


@pytest.mark.parametrize("row", ROWS, ids=[row.what.replace("``", "") for row in ROWS])
def test_a_module_uses_it(row):
    assert where(row, FOUND, SOURCES), f"no module uses {row.what}: delete its row"


@pytest.mark.parametrize("use", sorted(FOUND))
def test_what_is_used_has_a_row(use):
    assert use in NAMED, (
        f"{', '.join(sorted(FOUND[use]))} uses {use}, of which scripts/foundations has no row: "
        "find a public way, or add one"
    )


def test_a_use_has_one_row():
    counted = Counter(row.use for row in ROWS)
    assert [use for use, count in counted.items() if count > 1] == []


@pytest.mark.parametrize("use", sorted(EXEMPT))
def test_an_exempt_name_is_used(use):
    assert use in FOUND, f"no module uses {use}: take it out of EXEMPT"


@functools.cache
def classes_of(file):
    """The statements of the classes of a file, by name."""
    nodes = ast.walk(ast.parse(Path(file).read_text(encoding="utf-8")))
    return {node.name: node for node in nodes if isinstance(node, ast.ClassDef)}


def private_names(cls):
    """The private names that the source of a class has."""
    trees = (classes_of(file).get(cls.__name__) for file in files_of(cls))
    tree = next(filter(None, trees), None)
    if tree is None:
        return set()
    names = {getattr(node, "attr", getattr(node, "name", None)) for node in ast.walk(tree)}
    return {name for name in names if isinstance(name, str) and PRIVATE.fullmatch(name)}


def files_of(cls):
    """The files that define the methods of a class, or its module.

    A class of compat has the name of its 1.x module, which another file may have today.
    """
    codes = (each.__code__ for each in vars(cls).values() if isinstance(each, FunctionType))
    files = {Path(code.co_filename) for code in codes}
    module = sys.modules.get(cls.__module__)
    files |= {Path(getattr(module, "__file__", None) or "")}
    return {file for file in files if file.suffix == ".py" and file.exists()}


def is_ours(cls):
    package = channeltest.__name__
    return cls.__module__.partition(".")[0] == package or any(
        (ROOT / folder) in file.parents for file in files_of(cls) for folder in (package, "compat")
    )


def our_classes():
    for package in (channeltest, channeltest.compat):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations." not in found.name:
                module = importlib.import_module(found.name)
                yield from (each for each in vars(module).values() if isinstance(each, type))


def test_a_private_name_of_a_base_class_has_a_row():
    names = {}
    for cls in filter(is_ours, our_classes()):
        bases = [base for base in cls.__mro__ if base.__module__ not in ("builtins", "typing")]
        for base in bases:
            if base not in names:
                names[base] = private_names(base)
        ours = set().union(*(names[base] for base in bases if is_ours(base)))
        theirs = [base for base in bases if not is_ours(base)]
        for base in theirs:
            shared = {each for each in ours & names[base] if not named(each)}
            assert not shared, (
                f"{cls.__qualname__} uses {sorted(shared)}, which {base.__qualname__} of "
                f"{base.__module__} has too, without a row in scripts/foundations"
            )


def named(name):
    """Whether a row is about a private name, or mentions it among others."""
    return name in NAMED or any(re.search(rf"\b{name}\b", row.what) for row in ROWS)


BC = {'f_locals["b"]', 'f_locals["c"]'}


def found_in(source):
    return set(uses({"module": textwrap.dedent(source)}))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(task): return task._fut_waiter", {"_fut_waiter"}),
        ("from asyncio.events import _get_running_loop", {"_get_running_loop"}),
        ("getattr(loop, '_selector', None)", {"_selector"}),
        ("import sys\nsys._getframe(1).f_back", {"_getframe", "f_back"}),
        ("frame.f_locals['self']", {'f_locals["self"]'}),
        ("frame.f_locals.get('self')", {'f_locals["self"]'}),
        ("frame.f_locals.values()", {"f_locals"}),
        ("def f(): a = frame.f_locals; a['b']; a.get('c')", {"f_locals", *BC}),
        ("def f(): a = frame.f_locals\ndef g(a): a['b']", {"f_locals"}),
        ("CODE = asyncio.wait.__code__", {"asyncio.wait.__code__"}),
        ("Patch(loop, 'close', print)", {"Patch(loop.close)"}),
        ("from asgiref.sync import SyncToAsync as S\nS.x = 1", {"S.x ="}),
        ("from asgiref.sync import SyncToAsync\ns: Any = SyncToAsync\ns.x = 1", {"s.x ="}),
    ],
)
def test_a_use_is_found(source, expected):
    assert found_in(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "class A:\n    def __init__(self): self._a = 1\n    def a(self): return self._a",
        "class A:\n    def _a(self): pass\ndef f(a): return a._a()",
        "_T = TypeVar('_T')",
        "from .other import _mine",
        "def f(layer): layer.x = 1",
    ],
)
def test_what_is_ours_is_no_use(source):
    assert found_in(source) == set()


def test_a_string_may_name_a_function_of_the_same_folder():
    sources = {"p.a.one": "def _mine(): pass", "p.a.two": "'_mine'", "p.b.three": "'_mine'"}
    assert uses(sources) == {"_mine": {"p.b.three"}}


def test_the_table_has_a_line_for_each_row():
    lines = list(table(FOUND, SOURCES))
    assert sum(line.startswith("   * - ") for line in lines) == len(ROWS) + 1
