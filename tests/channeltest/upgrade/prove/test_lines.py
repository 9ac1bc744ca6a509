from __future__ import annotations

import json

from channeltest.upgrade.prove.lines import Lines, read_lines


def lines(**tests):
    return Lines({test: {"a.py": frozenset(each)} for test, each in tests.items()})


def test_what_tests_reach_together():
    found = lines(one=[1, 2], two=[2, 3], three=[4])
    assert found.of(["one", "two", "gone"]) == {"a.py": {1, 2, 3}}
    assert found.of([]) == {}


def test_what_differs_by_itself():
    found = lines(one=[1, 2], two=[3]).always(lines(one=[2, 3]))
    assert found.tests == {"one": {"a.py": {2}}}
    assert found.differing == {"a.py"}
    assert lines(one=[1]).always(lines(one=[1], two=[2])).differing == frozenset()
    assert lines(one=[1]).always(Lines({"one": {}})).differing == {"a.py"}
    assert lines().always(Lines(problem="no")).problem == "no"


def test_a_file(tmp_path):
    file = tmp_path / "lines"
    assert read_lines(file).problem == "the run has not measured them"
    file.write_text(json.dumps({"problem": "", "tests": {"one": {"a.py": [1, 2]}}}))
    assert read_lines(file) == lines(one=[1, 2])
