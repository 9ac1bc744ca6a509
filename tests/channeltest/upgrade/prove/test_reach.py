from __future__ import annotations

from pathlib import Path

from channeltest.upgrade.prove.reach import Reach, of_definitions, of_project, reaches_new
from tests.channeltest.upgrade.projects import project

BEFORE = project(
    app="def f():\n    a = 1\n\ndef g():\n    b = 1\n", test_app="def t():\n    c = 1\n"
)
AFTER = project(app="class F:\n    def f(self):\n        a = 1\n        b = 2\n")
SIDES = (BEFORE, {"app.py": frozenset([2])}), (AFTER, {"app.py": frozenset([3, 4])})


def test_a_text():
    assert str(Reach(1, 2, 3, 4)) == "1 of 2 statements, now 3 of 4"


def test_all_functions():
    assert of_project(Path(), *SIDES) == (1, 2, 2, 2)


def test_some():
    assert of_definitions(Path(), SIDES, ["app", "more"], {"f", "F"}) == (1, 1, 2, 2)
    assert of_definitions(Path(), SIDES, ["app"], {"h"}) == (0, 0, 0, 0)


def test_statements_that_a_conversion_has_written():
    changed = project(app="def f():\n    a = 1\n    b = 2\n\ndef h():\n    a = 1\n")
    for lines, expected in [([2], False), ([3], True), ([6], True), ([7], False)]:
        reached = {"app.py": frozenset(lines)}
        assert reaches_new(Path(), BEFORE, changed, ["app"], reached) is expected
    assert not reaches_new(Path(), BEFORE, AFTER, ["app"], {})
