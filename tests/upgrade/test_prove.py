"""Proofs of whole projects, whose suites run under Django and pytest."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from tests.upgrade.test_projects import HERE, ROOT

IDENTITY = {
    f"GIT_{role}_{key}": value
    for role in ("AUTHOR", "COMMITTER")
    for key, value in (("NAME", "somebody"), ("EMAIL", "somebody@example.org"))
}
DJANGO = "python -m django test --noinput -v0 --settings settings -p *_tests.py"
PYTEST = "DJANGO_SETTINGS_MODULE=settings python -m pytest -q -p no:randomly {}_tests.py"


def run(folder, *command):
    environment = {**os.environ, **IDENTITY, "GIT_CONFIG_GLOBAL": "/dev/null"}
    environment |= {"PYTHONPATH": str(ROOT)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("name", "command", "options"),
    [("rooms", DJANGO, ["--async"]), ("livechat", PYTEST, ["--tests", "communicators"])],
)
def test_a_project(name, command, options, tmp_path):
    folder = tmp_path / name
    shutil.copytree(HERE / name, folder, ignore=shutil.ignore_patterns("__pycache__"))
    run(folder, "git", "init", "--quiet", "--initial-branch=main")
    run(folder, "git", "add", "--all")
    run(folder, "git", "commit", "--quiet", "--message", "what was there")
    command = command.format(name.removeprefix("live"))
    upgrade = [sys.executable, "-m", "channeltest", "upgrade", *options, "--prove", command, "."]
    report = run(folder, *upgrade)
    assert "Converted and proved" in report
    assert report.count("CT107") == (2 if "--async" in options else 0)
    assert "Not converted" not in report, report
    assert "Of all functions the tests reached" in report
    assert ("CT108  chat_tests.ChatTests" in report) is ("--tests" in options)
    assert "which is checked out." in report
    assert run(folder, "git", "status", "--porcelain") == ""
    commits = run(folder, "git", "rev-list", "--count", "HEAD").strip()
    assert f"The {int(commits) - 1} commits are on the branch main" in report


CONSUMERS = """\
from channels.generic.websocket import WebsocketConsumer
from channels.routing import URLRouter
from django.urls import path


class Numbers(WebsocketConsumer):
    def connect(self):
        self.accept()
        self.send(str(len(self.scope["headers"])))


class Echo(WebsocketConsumer):
    def receive(self, text_data):
        self.send(text_data)


application = URLRouter([path("numbers/", Numbers.as_asgi()), path("echo/", Echo.as_asgi())])
"""
TESTS = """\
from channels.test import ChannelTestCase, WSClient


class NumbersTests(ChannelTestCase):
    def test_headers(self):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/numbers/")
        client.receive()


class EchoTests(ChannelTestCase):
    def test_echo(self):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/echo/")
        client.send_and_consume("websocket.receive", text="hi", path="/echo/")
        self.assertEqual(client.receive(json=False), "hi")
"""
SETTINGS = """\
SECRET_KEY = "x"
INSTALLED_APPS = ["channeltest", "django.contrib.contenttypes", "django.contrib.sessions"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
ASGI_APPLICATION = "consumers.application"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
"""


def test_a_test_class_whose_clients_get_other_frames(tmp_path):
    """Clients of Channels 1 send a cookie, and communicators none: a frame has the number."""
    files = {"consumers.py": CONSUMERS, "all_tests.py": TESTS, "settings.py": SETTINGS}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    run(tmp_path, "git", "init", "--quiet", "--initial-branch=main")
    run(tmp_path, "git", "add", "--all")
    run(tmp_path, "git", "commit", "--quiet", "--message", "what was there")
    options = ["--tests", "communicators", "--prove", DJANGO, "."]
    report = run(tmp_path, sys.executable, "-m", "channeltest", "upgrade", *options)
    assert "CT108  all_tests.EchoTests  2 frames in 1 test" in report
    assert "all_tests.NumbersTests: CT108 was tried, and is as it was:" in report
    assert "      recorded: text '1'\n      now:      text '0'\n" in report
    text = (tmp_path / "all_tests.py").read_text()
    assert TESTS[TESTS.index("class Numbers") : TESTS.index("class Echo")] in text
    assert "class EchoTests(WebsocketTestCase):" in text
