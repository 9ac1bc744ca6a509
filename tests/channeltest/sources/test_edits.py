from __future__ import annotations

import ast

import pytest

from channeltest.sources.edits import Edits, indented, strings_of, with_imports, without_unused
from tests.channeltest.upgrade.projects import module


def test_replacements():
    found = module("m", "first = 1\nsecond = 2\nthird = 3\n")
    edits = Edits(found)
    assert not edits
    first, second, third = found.tree.body
    edits.replace_node(third.value, "33")
    edits.replace_node(first.value, "11")
    edits.remove_lines(found.span(second))
    assert edits.apply() == "first = 11\nthird = 33\n"
    assert edits.apply(*found.span(third)) == "third = 33"


def test_places_change_what_they_hold():
    edits = Edits(module("m", "a(1)\nb(2)\nc(3)\n"))
    first, second, third = (edits.module.span(each) for each in edits.module.tree.body)
    edits.replace((2, 3), "x")
    edits.swap(first, second)
    edits.swap(second, third)
    assert edits.apply() == "b(2)\nc(3)\na(x)\n"


def test_overlaps_are_refused():
    edits = Edits(module("m", "abcdef\n"))
    edits.replace((0, 3), "x")
    edits.replace((2, 4), "y")
    with pytest.raises(ValueError, match="overlap at 2"):
        edits.apply()


def test_strings_are_not_indented():
    text = '    a = """one\n  two\n"""\n\n    b = 1\n'
    assert indented(text, "  ", strings_of(text)) == (
        '      a = """one\n  two\n"""\n\n      b = 1\n'
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import os\n\nx = 1\n", "import os\nfrom a.b import C\n\nx = 1\n"),
        ("from a.b import B\n", "from a.b import B, C\n"),
        ("from a.b import C\n", "from a.b import C\n"),
        (
            "from a import x\nfrom b import y\n",
            "from a import x\nfrom a.b import C\nfrom b import y\n",
        ),
        (
            "from a.b import (\n    B,\n    D,\n)\n",
            "from a.b import (\n    B,\n    C,\n    D,\n)\n",
        ),
        ('"""Doc."""\nx = 1\n', '"""Doc."""\nfrom a.b import C\n\n\nx = 1\n'),
        ("from . import x\n", "from a.b import C\n\nfrom . import x\n"),
        ("import os\r\n", "import os\r\nfrom a.b import C\r\n"),
        ("from a.b import B  # noqa\n", "from a.b import B, C  # noqa\n"),
        # What stands above an import may need it.
        (
            "import os\n\n\ndef f():\n    pass\n\n\nfrom a.b import B\n",
            "import os\nfrom a.b import C\n\n\ndef f():\n    pass\n\n\nfrom a.b import B\n",
        ),
    ],
)
def test_imports_are_added(before, after):
    assert with_imports(module("m", before), [("a.b", "C")]) == after


def test_imports_without_a_use_go():
    before = module("m", "from a import b, c\nfrom d import e\nfrom f import g\nb, c, e\n")
    after = before.replaced(before.text.replace("b, c, e\n", "b\n"))
    assert without_unused(before, after, set()) == "from a import b\nfrom f import g\nb\n"
    kept = without_unused(before, after, {"e"})
    assert kept == "from a import b\nfrom d import e\nfrom f import g\nb\n"
    assert ast.parse(kept)


def test_imports_in_functions_without_a_use_go():
    before = module(
        "m",
        "def f():\n    from a import b\n    return b()\ndef g():\n    from a import b; b()\n"
        "def h():\n    if x:\n        from a import b\n    b()\n",
    )
    after = before.replaced(before.text.replace("b()", "1"))
    assert without_unused(before, after, set()) == (
        "def f():\n    return 1\ndef g():\n    from a import b; 1\n"
        "def h():\n    if x:\n        from a import b\n    1\n"
    )
