"""The settings of 2017: backends, routing and installed apps."""

import pathlib

import pytest

from tests.projects import Project

PROJECT = Project(pathlib.Path(__file__).parent / "project")


@pytest.mark.parametrize("settings", ["settings", "settings_redis", "settings_dict"])
def test_a_suite(settings):
    assert "Ran 4 tests" in PROJECT.django_test(settings, "live.captive_tests")


def test_delayed_messages():
    output = PROJECT.django_test("settings_delay", "live.delay_tests", "live.captive_tests")
    assert "Ran 7 tests" in output


@pytest.mark.parametrize("settings", ["settings", "settings_redis", "settings_delay"])
def test_checks(settings):
    assert "no issues" in PROJECT.python("django", "check", "--settings", settings)


def test_no_migration_is_missing():
    command = ["makemigrations", "--check", "--dry-run", "--settings", "settings_delay"]
    assert "No changes detected" in PROJECT.python("django", *command)
