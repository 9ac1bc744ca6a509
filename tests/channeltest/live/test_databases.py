"""The processes of a live server use the test's databases, under every runner."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from channeltest.live import databases

from ...projects import Project

PROJECT = Project(Path(__file__).parent / "project")


@pytest.fixture
def run(tmp_path, redis_server, monkeypatch):
    """A function that runs the project's suite with a start method."""
    monkeypatch.setenv("LIVE_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("LIVE_REDIS_PORT", str(redis_server.port))

    def run_suite(start_method, runner, *arguments):
        monkeypatch.setenv("LIVE_START_METHOD", start_method)
        return runner(*arguments)

    return run_suite


def test_under_pytest_xdist(run, monkeypatch):
    monkeypatch.setenv("LIVE_WORKERS", "2")
    output = run("spawn", PROJECT.pytest, "-n", "2", "-k", "not nobody", "suite/live_tests.py")
    assert "4 passed" in output


def test_under_the_parallel_runner_of_django(run, monkeypatch):
    monkeypatch.setenv("LIVE_WORKERS", "2")
    output = run("fork", PROJECT.django_test, "settings", "--parallel", "2", "suite.live_tests")
    assert "Ran 7 tests" in output


def test_under_pytest(run):
    chosen = ("-k", "OldTest and customers and not Second")
    output = run("forkserver", PROJECT.pytest, "-p", "no:xdist", *chosen, "suite/live_tests.py")
    assert "1 passed" in output


@pytest.mark.django_db
def test_the_addresses_are_those_in_force():
    addresses = databases.addresses()
    assert addresses.keys() == {"default"}
    assert addresses["default"]["NAME"] == connections["default"].settings_dict["NAME"]


def test_databases_in_memory_are_refused():
    databases.refuse_in_memory([])
    with pytest.raises(ImproperlyConfigured, match="can not be used with in memory databases") as e:
        databases.refuse_in_memory(["default"])
    assert "server = 'thread'" in e.value.__notes__[0]
