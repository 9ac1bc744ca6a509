from __future__ import annotations

import os
import sys

import pytest

from channeltest.upgrade.prove.checkout import Checkout, ProveError
from channeltest.upgrade.prove.suite import Run, Suite
from tests.channeltest.upgrade.prove.checkouts import COMMAND, commit, write_suite

UNITTEST = """\
FAIL: test_a (tests.Tests)
----------------------------------------------------------------------
Traceback (most recent call last):
AssertionError: tests.Tests.test_a: the consumers do not do what before.json has
step 1: client -> x
  recorded: 1
  now:      2

----------------------------------------------------------------------
Ran 1 test in 0.001s
"""
PYTEST = """\
____ test_a ____
tests.py::test_a: the consumers do not do what before.json has
step 1: client -> x
  recorded: 1
____ test_b ____
tests.py::test_b: the consumers do not do what before.json has
step 2: client -> y
==== short test summary info ====
FAILED tests.py::test_a - tests.py::test_a: the consumers do not do what before.json has
"""


@pytest.mark.parametrize(
    ("output", "differences"),
    [
        (UNITTEST, [["tests.Tests.test_a", "  now:      2"]]),
        (PYTEST, [["tests.py::test_a", "  recorded: 1"], ["tests.py::test_b", "step 2"]]),
        ("OK\n", []),
    ],
)
def test_differences(output, differences):
    found = Run(1, output, {}).differences
    assert len(found) == len(differences)
    for text, (first, last) in zip(found, differences, strict=True):
        assert text.startswith(f"{first}: the consumers")
        assert text.splitlines()[-1].startswith(last)


def test_what_is_not_as_it_was():
    tests = {"tests.Tests.test_a": ()}
    assert Run(0, "OK\n", tests).difference(tests) is None
    assert Run(1, UNITTEST, tests).difference(tests).startswith("tests.Tests.test_a: the consumers")
    assert Run(1, PYTEST, tests).difference(tests).endswith("(and 1 other tests)")
    text = Run(1, "it fails", {}).difference(tests)
    assert text == "tests.Tests.test_a passed before, and does not now:\nit fails"


def test_the_end_of_an_output():
    assert Run(1, "\n".join(map(str, range(99))) + "\n\n", {}).end.splitlines()[0] == "74"


@pytest.fixture
def worktree(folder):
    checkout = Checkout([folder], folder)
    with checkout.worktree() as worktree:
        worktree.checkout = checkout
        yield worktree


@pytest.mark.parametrize(("time", "differs"), [("one", True), ("no test", False)])
def test_what_differs_by_itself(folder, time, differs):
    write_suite(folder, time=time)
    commit(folder)
    checkout = Checkout([folder], folder)
    with checkout.worktree() as worktree:
        found = Suite(COMMAND, checkout, worktree)
        tests = found.record().tests
        found.record()
        assert found.differs_by_itself(tests) is differs
        assert found.compare(tests).differences == []


def suite(worktree, command):
    return Suite(command, worktree.checkout, worktree)


def output(worktree, code, prefix=""):
    (worktree.root / "run.py").write_text(f"import os, sys\n{code}\n")
    with pytest.raises(ProveError) as caught:
        suite(worktree, f"{prefix}{sys.executable} run.py").record()
    return str(caught.value)


def test_variables_before_the_command(worktree):
    assert "[a b]" in output(worktree, "print(f\"[{os.environ['X']}]\")", "X='a b' ")


def test_paths_are_those_of_the_worktree(worktree, folder, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", f"{folder}:/elsewhere")
    monkeypatch.setattr(sys, "path", [*sys.path, str(folder)])
    shown = output(worktree, "print(os.environ['PYTHONPATH'])")
    assert f"{worktree.root}{os.pathsep}/elsewhere" in shown


def test_options_of_pytest_stay(worktree, monkeypatch):
    monkeypatch.setenv("PYTEST_ADDOPTS", "-x 'a b'")
    assert "-x 'a b' --channeltest-record=" in output(
        worktree, "print(os.environ['PYTEST_ADDOPTS'])"
    )


def test_a_command_of_an_environment_in_the_checkout(worktree, folder):
    (folder / ".gitignore").write_text("bin\n")
    (folder / "bin").mkdir()
    command = folder / "bin/run"
    command.write_text("#!/bin/sh\necho it runs\n")
    command.chmod(0o755)
    with pytest.raises(ProveError, match="it runs"):
        suite(worktree, "bin/run").record()


def test_what_is_imported(worktree):
    found = suite(worktree, COMMAND)
    found.record()
    assert found.imports(worktree.root / "app/consumers.py")
    assert not found.imports(worktree.root / "suite.py")


def test_tests_of_a_comparison(worktree):
    found = suite(worktree, COMMAND)
    assert len(found.record().tests) == 3
    assert [*found.compare(["tests.Tests.test_two"]).tests] == ["tests.Tests.test_two"]
    assert len(found.compare().tests) == 3


def test_lines_that_tests_reach(worktree):
    write_suite(worktree.root, lost={})
    run = suite(worktree, COMMAND).record()
    assert run.lines.problem == ""
    assert {*run.lines.tests} == {*run.tests}


def test_the_folder_whose_lines_are_measured(worktree):
    shown = output(worktree, "print('lines', os.environ['CHANNELTEST_LINES'].partition(':')[2])")
    assert f"lines {worktree.root}" in shown


def test_a_command_that_wants_nothing_measured(worktree):
    shown = output(worktree, "print([os.environ['CHANNELTEST_LINES']])", "CHANNELTEST_LINES= ")
    assert "['']" in shown


def test_a_run_that_measures_nothing(worktree):
    assert suite(worktree, COMMAND).record().lines.problem == "the run has not measured them"


def test_what_the_command_leaves_behind_is_not_waited_for(worktree):
    code = "import subprocess; subprocess.Popen(['sleep', '60']); print('done')"
    assert "done" in output(worktree, code)


def test_a_folder_elsewhere_is_noticed(folder, capsys):
    from channeltest.cli import main

    text = (folder / "suite.py").read_text()
    (folder / "suite.py").write_text(text.replace("py_compile.compile(file)", "pass"))
    commit(folder)
    assert main(["upgrade", "--prove", COMMAND, "."]) == 2
    assert "does not import app/consumers.py of the worktree" in capsys.readouterr().err
