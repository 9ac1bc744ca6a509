"""The pytest plugin, in projects whose suites run in processes of their own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .helpers import ENVIRONMENT

TESTS = Path(__file__).resolve().parents[1]
PROJECT = TESTS / "pytest_plugin" / "project"
OLD_PROJECT = TESTS / "pytest_plugin" / "old_project"

SQLITE = "django.db.backends.sqlite3"


def run(*arguments, cwd=PROJECT, status=0, databases=None, **environment):
    """Run pytest in a project as its developers would; what it printed."""
    outer = ("DJANGO_", "PYTEST_", "COV_")
    inherited = {name: each for name, each in ENVIRONMENT.items() if not name.startswith(outer)}
    if databases is not None:
        environment["PLUGIN_DATABASES"] = json.dumps(databases)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=cwd,
        env={**inherited, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == status, done.stdout
    return done.stdout


def outcome(output):
    """The summary without its times and marks, as ``2 failed, 1 passed``.

    Behind it asyncio may log tasks that a failing test has forgotten.
    """
    return re.findall(r"^[= ]*(.+?) in [\d.]+s\b.*$", output, re.MULTILINE)[-1]


def suite(directory, source, ini=""):
    """Write a project of one test file, which is not Django's."""
    (directory / "pytest.ini").write_text(f"[pytest]\nfilterwarnings = error\n{ini}")
    (directory / "test_it.py").write_text(source)
    return directory


class TestInstall:
    """The ini option for projects that import Channels 1 before their settings can be read."""

    CONFTEST = "from channels import Group\n"
    SETTINGS = "SECRET_KEY = 'x'\nUSE_TZ = True\nINSTALLED_APPS = ['channeltest']\n"
    TEST = "from project import Group\n\ndef test_it():\n    assert Group.__name__ == 'Group'\n"

    def project(self, directory, ini):
        """A package that has the settings, and imports a name of Channels 1."""
        suite(directory, self.TEST, f"DJANGO_SETTINGS_MODULE = project.settings\n{ini}")
        (directory / "conftest.py").write_text(self.CONFTEST)
        (directory / "project").mkdir()
        (directory / "project" / "__init__.py").write_text("from channels.channel import Group\n")
        (directory / "project" / "settings.py").write_text(self.SETTINGS)
        return directory

    def test_activates_before_all_imports(self, tmp_path):
        where = self.project(tmp_path, "channeltest_install = true\n")
        assert outcome(run("-p", "no:asyncio", cwd=where)) == "1 passed"

    def test_is_asked_for(self, tmp_path):
        output = run("-p", "no:asyncio", cwd=self.project(tmp_path, ""), status=1)
        assert "No module named 'channels.channel'" in output
        # Python 3.10 shows no notes.
        advised = "channels.channel has this name in Channels 1" in output
        assert advised or sys.version_info < (3, 11)

    def test_advice_where_it_is_missing(self, tmp_path):
        where = suite(tmp_path, "from channels import Group\n", "")
        output = run("-p", "no:django", "-p", "no:asyncio", cwd=where, status=2)
        assert "channels has this name in Channels 1" in output
        assert "channeltest_install = true" in output

    @pytest.mark.skipif(sys.version_info < (3, 11), reason="Python 3.10 shows no notes")
    def test_advice_for_a_conftest_file(self, tmp_path):
        where = suite(tmp_path, "", "")
        (where / "conftest.py").write_text(self.CONFTEST)
        output = run("-p", "no:django", "-p", "no:asyncio", cwd=where, status=4)
        assert "channels has this name in Channels 1" in output

    def test_tests_that_configure_the_settings(self, tmp_path):
        source = (
            "from channels import Group\nfrom django.conf import settings\n"
            "settings.configure()\n\ndef test_it():\n    assert Group.__name__ == 'Group'\n"
        )
        where = suite(tmp_path, source, "channeltest_install = true\n")
        done = run("-p", "no:django", "-p", "no:asyncio", cwd=where)
        assert outcome(done) == "1 passed"


class TestAsking:
    def test_by_marker_and_fixtures(self):
        assert outcome(run("plugin_tests.py")) == "24 passed, 2 xfailed"

    def test_by_the_ini_option(self):
        output = run("plugin_tests.py", "-o", "channeltest_captive_layers=true", status=1)
        assert outcome(output) == "2 failed, 22 passed, 2 xfailed"
        assert output.count("test_not_asked_for") >= 2

    def test_in_several_processes(self):
        assert outcome(run("-n", "2", "plugin_tests.py")) == "24 passed, 2 xfailed"

    def test_the_database_begins_first_and_ends_last(self):
        output = run("plugin_tests.py", "-k", "with_the_database", "--setup-show")
        shown = re.findall(r"(SETUP|TEARDOWN) +F (_django_db_helper|_captive_layers)", output)
        assert shown == [
            ("SETUP", "_django_db_helper"),
            ("SETUP", "_captive_layers"),
            ("TEARDOWN", "_captive_layers"),
            ("TEARDOWN", "_django_db_helper"),
        ]

    def test_a_project_without_django(self, tmp_path):
        source = (
            "import sys\ndef test_it():\n    assert not {'django', 'channels'} & set(sys.modules)"
        )
        where = suite(tmp_path, source)
        assert outcome(run("-p", "no:django", "-p", "no:asyncio", cwd=where)) == "1 passed"

    @pytest.mark.parametrize("arguments", ["'default'", "route=[]"])
    def test_what_the_marker_does_not_take(self, tmp_path, arguments):
        source = f"import pytest\n@pytest.mark.channels({arguments})\ndef test_it(): pass"
        output = run("-p", "no:asyncio", cwd=suite(tmp_path, source), status=1)
        assert "takes routes, aliases, wire by keyword, not" in output

    def test_the_fixtures_explain_themselves(self):
        output = run("--fixtures", "plugin_tests.py")
        for fixture in ("channel_layer", "channel_routes", "websocket", "ws_client"):
            assert re.search(rf"^{fixture} -- .*pytest_plugin.py:\d+\n    \w", output, re.MULTILINE)

    def test_the_marker_explains_itself(self):
        assert "@pytest.mark.channels(routes=..., aliases=[...]" in run("--markers")

    def test_a_suite_of_channels_1_as_functions(self):
        assert outcome(run(cwd=OLD_PROJECT)) == "9 passed"


@pytest.fixture(scope="module")
def shown():
    """What is printed below each failure, by the name of the test."""
    output = run("failing_tests.py", "-p", "no:randomly", status=1)
    assert outcome(output) == "4 failed, 1 skipped, 1 xfailed, 1 error"
    parts = re.split(r"^_{3,} (?:ERROR at setup of )?([\w.]+) _{3,}$", output, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


class TestFailures:
    @pytest.mark.parametrize(
        ("test", "said"),
        [
            ("test_function", "said in the function"),
            ("test_without_captive_layers", "not JSON at all"),
            ("TestPlainCase.test_case", "said in the case"),
            ("test_fixture", "said in the fixture"),
        ],
    )
    def test_they_show_the_conversation(self, shown, test, said):
        _, _, conversation = shown[test].partition("The record, in order:")
        assert said in conversation

    def test_without_a_conversation(self, shown):
        assert "The record" not in shown["test_silent"]


class TestDatabase:
    """pytest-django#580: asynchronous consumers in the transaction of a test."""

    def test_sqlite_in_memory(self):
        assert outcome(run("database_tests.py")) == "21 passed, 3 skipped"

    def test_several(self):
        databases = {name: {"ENGINE": SQLITE, "NAME": ":memory:"} for name in ("default", "other")}
        assert outcome(run("database_tests.py", databases=databases)) == "24 passed"

    def test_sqlite_in_files(self, tmp_path):
        databases = {
            name: {"ENGINE": SQLITE, "NAME": name, "TEST": {"NAME": str(tmp_path / name)}}
            for name in ("default", "other")
        }
        assert outcome(run("database_tests.py", databases=databases)) == "24 passed"

    def test_postgresql(self, postgres_server):
        databases = {
            name: {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": name,
                "USER": postgres_server.user,
                "HOST": postgres_server.host,
                "PORT": postgres_server.port,
            }
            for name in ("default", "other")
        }
        assert outcome(run("database_tests.py", databases=databases)) == "24 passed"

    def test_in_several_processes(self):
        assert outcome(run("database_tests.py", "-n", "2")) == "21 passed, 3 skipped"

    def test_with_every_test_captive(self):
        output = run("database_tests.py", "-o", "channeltest_captive_layers=true")
        assert outcome(output) == "21 passed, 3 skipped"

    def test_without_captive_layers_there_is_one_warning(self):
        """Where applications write through another connection, and only there."""
        options = ("unshared_tests.py", "-p", "no:randomly", "-W", "default")
        output = run(*options)
        assert outcome(output) == "8 passed, 1 warning"
        assert "unshared_tests.py::test_not_asked_for_first\n" in output
        assert "UnsharedTransactionWarning: this test's transaction belongs to" in output
        assert "Mark the test with @pytest.mark.channels, or" in output
        captive = run(*options, "-o", "channeltest_captive_layers=true")
        assert outcome(captive) == "8 passed"

    def test_a_call_that_does_not_end(self):
        output = run("hanging_tests.py", "-p", "no:randomly", status=1, PLUGIN_BOUND="0.2")
        assert outcome(output) == "2 passed, 1 error"
        assert re.search(
            r"has not ended 0.2 seconds later; it is at .*hanging_tests.py:\d+", output
        )


class TestPeer:
    """The same lines on channels.testing and pytest-django alone, where they fail."""

    @staticmethod
    def run(*arguments):
        return run(
            *arguments, "-p", "no:channeltest", "-p", "no:randomly", PLUGIN_PEER="1", status=1
        )

    def test_isolation_of_the_database(self):
        output = self.run("database_tests.py")
        assert re.fullmatch(r"\d+ failed, \d+ passed, 3 skipped", outcome(output))
        assert "database table is locked" in output

    def test_layers(self):
        assert outcome(run("peer_layer_tests.py")) == "6 passed"
        output = self.run("peer_layer_tests.py")
        assert outcome(output) == "3 failed, 3 passed"

    def test_workers(self):
        assert outcome(run("peer_worker_tests.py")) == "2 passed"
        output = self.run("peer_worker_tests.py")
        assert outcome(output) == "2 failed"
        assert "TimeoutError" in output


class TestReport:
    """``--channeltest-report``: a page, however many processes run the tests."""

    SUITE = """
import pytest
from channels.routing import route
from channels.test import WSClient


def answer(message):
    message.reply_channel.send({"text": "answer"})


@pytest.mark.channels(routes=[route("websocket.receive", answer)])
@pytest.mark.parametrize("text", ["answer", "<b>another</b>"])
def test_answer(text):
    client = WSClient()
    client.send_and_consume("websocket.receive", text="hi")
    assert client.receive(json=False) == text


def test_without_channels():
    pass


@pytest.fixture
def broken():
    raise ValueError("a broken fixture")


def test_fixture(broken):
    pass
"""

    @pytest.mark.parametrize("processes", ["0", "2"])
    def test_report(self, tmp_path, processes):
        ini = "DJANGO_SETTINGS_MODULE = settings\nchanneltest_install = true\n"
        where = suite(tmp_path, self.SUITE, ini)
        (where / "settings.py").write_text("SECRET_KEY = 'x'\nUSE_TZ = True\n")
        output = run(
            *("-n", processes, "-p", "no:asyncio", "--channeltest-report=r.html"),
            cwd=where, status=1, PYTHONPATH=str(where),
        )  # fmt: skip
        assert f"wrote the report to {where / 'r.html'} (" in output
        text = (where / "r.html").read_text("utf-8")
        assert "<title>2 failed, 2 passed" in text
        assert "test_it.py::test_answer[&lt;b&gt;another&lt;/b&gt;]" in text
        assert "assert &#x27;answer&#x27; ==" in text and "client \u2192 answer" in text

    def test_a_project_without_settings(self, tmp_path):
        source = """
from channeltest import WebsocketCommunicator


async def application(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": "hi"})


async def test_it():
    communicator = WebsocketCommunicator(application, "/x/")
    await communicator.connect()
    assert await communicator.receive_from() == "hi"
"""
        ini = "asyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\n"
        where = suite(tmp_path, source, ini)
        options = "--channeltest-report=r.html", "--channeltest-record=r.json"
        output = run("-p", "no:django", *options, cwd=where)
        assert "recorded 1 tests in" in output
        assert "<title>1 passed" in (where / "r.html").read_text("utf-8")
