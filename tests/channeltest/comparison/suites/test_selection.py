from __future__ import annotations

import pytest

from channeltest.comparison.suites.selection import VARIABLE, Selection


@pytest.fixture
def chosen(tmp_path, monkeypatch):
    file = tmp_path / "tests.txt"
    file.write_text("chat/tests.py::Tests::test_a\nchat.tests.Tests.test_b\n")
    monkeypatch.setenv(VARIABLE, str(file))
    return Selection()


@pytest.mark.parametrize("test", ["chat/tests.py::Tests::test_{}", "chat.tests.Tests.test_{}"])
def test_names_of_both_runners(chosen, test):
    assert [chosen.has(test.format(each)) for each in "abc"] == [True, True, False]


def test_all_tests_run_by_default(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    assert Selection().has("any")


def test_no_file(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "none"))
    with pytest.raises(FileNotFoundError):
        Selection()
