from __future__ import annotations

from pathlib import Path

from channeltest.upgrade.prove.carried import carried
from channeltest.upgrade.prove.lines import Lines
from tests.channeltest.upgrade.projects import project

BEFORE = "def same():\n    a = 1\n    if a:\n        b = 1\n\ndef old():\n    c = 1\n"
AFTER = "# More.\ndef same():\n    a = 1\n    if a:\n        b = 1\n\ndef new():\n    c = 1\n"


def lines(**tests):
    return Lines({test: {"app.py": frozenset(each)} for test, each in tests.items()})


def after_it(known, run, tests):
    before = project(app=BEFORE, other="def f():\n    pass\n")
    found = carried(Path(), before, before.changed({"app": AFTER}), known, run, tests)
    return {test: sorted(files["app.py"]) for test, files in found.tests.items()}


def test_lines_that_move():
    assert after_it(lines(one=[2, 3, 4], two=[2]), Lines(), []) == {"one": [3, 4, 5], "two": [3]}


def test_lines_that_are_written_anew():
    known = lines(one=[2, 7], two=[7], three=[2])
    assert after_it(known, lines(one=[3, 4, 8], two=[8]), ["one"]) == {
        # What has run shows what is new, and not what may differ by itself.
        "one": [3, 8],
        "two": [],
        "three": [3],
    }


def test_other_files_stay():
    before = project(app=BEFORE)
    known = Lines({"one": {"other.py": frozenset([2])}})
    assert carried(Path(), before, before, known, Lines(), ["one"]).tests == known.tests


def test_a_file_of_which_each_run_reaches_other_lines():
    known = Lines({"one": {"app.py": frozenset([2])}}, "", frozenset(["app.py"]))
    assert after_it(known, lines(one=[3, 8]), ["one"]) == {"one": [3]}
