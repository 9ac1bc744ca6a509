"""The database suite on in-memory SQLite, file SQLite and PostgreSQL."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.channeltest.helpers import ENVIRONMENT, ROOT

SQLITE = "django.db.backends.sqlite3"


def run_suite(database, *options):
    """Run the suite in an interpreter of its own; what pytest printed."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "tests/stage/database_suite.py", "-q"),
            *("--ds", "tests.stage.settings", "-p", "no:cacheprovider", *options),
        ],
        cwd=ROOT,
        env={**ENVIRONMENT, "STAGE_DATABASE": json.dumps(database)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def postgres(postgres_server):
    pytest.importorskip("psycopg")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "postgres",
        "USER": postgres_server.user,
        "HOST": postgres_server.host,
        "PORT": postgres_server.port,
    }


def test_sqlite_in_memory():
    assert " passed" in run_suite({"ENGINE": SQLITE, "NAME": ":memory:"})


def test_sqlite_in_a_file(tmp_path):
    database = {"ENGINE": SQLITE, "NAME": "none", "TEST": {"NAME": str(tmp_path / "db")}}
    assert " passed" in run_suite(database)


def test_postgresql(postgres):
    assert " passed" in run_suite(postgres)


def test_postgresql_with_workers(postgres):
    assert " passed" in run_suite(postgres, "-n", "2")
