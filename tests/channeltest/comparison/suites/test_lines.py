from __future__ import annotations

import asyncio
import json
import os
import sys
import threading

import pytest

from channeltest.comparison.suites.lines import VARIABLE, Lines

# On Python 3.11 a function that is traced does not begin while an exception is due in another
# thread, as in one that the test of a stage has given up and that still sleeps.
pytestmark = pytest.mark.skipif(
    sys.version_info < (3, 12),
    reason="before 3.12 lines are traced: tests/upgrade/test_prove.py does so in processes",
)

MODULE = """\
class C:
    attribute = 1

    def method(self):
        return 1


def choose(a):
    if a:
        return C().method()
    return [b for b in range(2)]


async def wait():
    await asyncio_sleep()


async def asyncio_sleep():
    pass
"""


@pytest.fixture
def code(tmp_path, monkeypatch):
    """The functions of a project, in a folder of their own."""
    file = tmp_path / "project" / "app" / "code.py"
    file.parent.mkdir(parents=True)
    file.write_text(MODULE)
    monkeypatch.setenv(VARIABLE, f"{tmp_path / 'lines.json'}{os.pathsep}{tmp_path / 'project'}")
    namespace = {}
    exec(compile(MODULE, str(file), "exec"), namespace)
    return namespace


@pytest.fixture
def lines(tmp_path, code):
    found = Lines(tmp_path)
    found.start()
    yield found
    found.stop()


def measured(tmp_path, lines):
    lines.stop()
    lines.write()
    return json.loads((tmp_path / "lines.json").read_text())


def test_each_test_has_its_lines(tmp_path, code, lines):
    for name, argument in [("one", 1), ("two", 0), ("three", 1)]:
        lines.begin()
        code["choose"](argument)
        lines.passed(name)
    found = measured(tmp_path, lines)
    assert found["problem"] == ""
    assert found["tests"] == {
        "one": {"app/code.py": [5, 9, 10]},
        "two": {"app/code.py": [9, 11]},
        "three": {"app/code.py": [5, 9, 10]},
    }


def test_threads_and_coroutines(tmp_path, code, lines):
    lines.begin()
    thread = threading.Thread(target=code["choose"], args=(0,))
    thread.start()
    thread.join()
    asyncio.run(code["wait"]())
    lines.passed("one")
    assert measured(tmp_path, lines)["tests"] == {"one": {"app/code.py": [9, 11, 15, 19]}}


def test_processes(tmp_path, code, lines):
    (tmp_path / "1.lines").write_text('["other", {"app/code.py": [9]}, ""]\n')
    lines.begin()
    lines.passed("one")
    assert measured(tmp_path, lines)["tests"] == {"one": {}, "other": {"app/code.py": [9]}}


def test_a_process_that_could_not_measure(tmp_path, lines):
    (tmp_path / "1.lines").write_text('["other", {}, "another tool"]\n')
    assert measured(tmp_path, lines) == {"problem": "another tool", "tests": {}}


def test_other_code_is_left_out(tmp_path, lines):
    lines.begin()
    json.dumps([1])
    lines.passed("one")
    assert measured(tmp_path, lines)["tests"] == {"one": {}}


def test_nobody_asks(tmp_path, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    lines = Lines(tmp_path)
    lines.start()
    lines.begin()
    lines.passed("one")
    lines.stop()
    lines.write()
    assert list(tmp_path.iterdir()) == []


def _trace(*_):
    return None


def test_beside_another_tool(tmp_path, code):
    before = sys.gettrace()
    sys.settrace(_trace)
    try:
        lines = Lines(tmp_path)
        lines.start()
        lines.begin()
        code["choose"](0)
        lines.passed("one")
        found = measured(tmp_path, lines)
    finally:
        sys.settrace(before)
    assert found == {"problem": "", "tests": {"one": {"app/code.py": [9, 11]}}}


def test_nothing_is_left_behind(tmp_path, code):
    before = sys.gettrace(), threading.gettrace()
    lines = Lines(tmp_path)
    lines.start()
    lines.begin()
    lines.stop()
    assert (sys.gettrace(), threading.gettrace()) == before
