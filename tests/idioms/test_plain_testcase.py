"""Clients in plain test cases and functions: no ChannelTestCase anywhere."""

import pathlib

from tests.projects import Project

PROJECT = Project(pathlib.Path(__file__).parent / "project")


def test_under_djangos_runner():
    assert "Ran 11 tests" in PROJECT.django_test("settings", "live.plain_tests")


def test_under_pytest():
    assert "11 passed" in PROJECT.pytest("-p", "no:randomly", "live/plain_functions.py")


def test_test_cases_under_pytest():
    assert "11 passed" in PROJECT.pytest("-p", "no:randomly", "live/plain_tests.py")
