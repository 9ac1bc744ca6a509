"""What make mutants asks for is there, and the list of equivalent mutants is not out of date."""

from __future__ import annotations

import pytest

from scripts.mutants import MODULES, ROOT, Mutant, changed_lines, equivalent, modules

DIFF = """--- mutation diff ---
--- a/module.py
+++ b/module.py
@@ -1,3 +1,3 @@
 def f(a):
-    if a == 1:
+    if a != 1:
         return a
"""


@pytest.mark.parametrize("pattern", MODULES)
def test_each_pattern_finds_a_module(pattern):
    assert list(ROOT.glob(pattern))


@pytest.mark.parametrize("tests", MODULES.values(), ids=MODULES)
def test_the_tests_are_there(tests):
    assert [path for path in tests if not (ROOT / path).exists()] == []


def test_a_module_is_asked_about_by_its_own_file_first():
    assert modules()["channeltest/layers/wire.py"][0] == "tests/channeltest/layers/test_wire.py"


def test_the_lines_that_a_diff_changes():
    assert changed_lines(DIFF) == ("if a == 1:", "if a != 1:")


@pytest.mark.parametrize("mutant", list(equivalent()), ids=str)
def test_an_equivalent_mutant_changes_a_line_that_is_there(mutant: Mutant):
    lines = (ROOT / mutant.module).read_text(encoding="utf-8").splitlines()
    assert mutant.before in [line.strip() for line in lines]
    assert mutant.module in modules()
