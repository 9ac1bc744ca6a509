"""A thousand tests in random order, in one process and in several: none sees another's traces."""

import pathlib

import pytest

from tests.projects import Project

PROJECT = Project(pathlib.Path(__file__).parent / "project")


def test_in_random_order():
    assert "\n1000 passed in" in PROJECT.pytest("-p", "no:xdist", "-p", "randomly", "-q")


def test_under_xdist():
    assert "\n1000 passed in" in PROJECT.pytest("-n", "2", "-q", "--ds", "settings_redis")


@pytest.mark.parametrize("settings", ["settings", "settings_redis"])
def test_under_djangos_runner(settings):
    output = PROJECT.django_test(settings, "--parallel", "2", "--shuffle", "-p", "generated.py")
    assert "Ran 1000 tests" in output
    assert "Using shuffle seed" in output
