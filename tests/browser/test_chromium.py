"""The tests' own browser: nothing is left of it, however it ends."""

from __future__ import annotations

import os
import tempfile

import pytest

from ..processes import Process
from .chromium import Chromium, wait_for_end

PROGRAM = """
import signal
from tests.browser.chromium import Chromium
chromium = Chromium()
chromium.start()
chromium.session
print("runs as", *chromium.processes())
signal.pause()
"""


@pytest.fixture
def directory():
    """A short one: there are sockets in it, whose names may have a hundred bytes."""
    with tempfile.TemporaryDirectory(prefix="browser-") as directory:
        yield directory


def test_nothing_is_left(directory, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", directory)
    chromium = Chromium()
    chromium.start()
    chromium.session.get("data:text/html,hello")
    pids = chromium.processes()
    # The driver, the browser, and at least one process for its pages.
    assert len(pids) > 2
    chromium.stop()
    assert wait_for_end(pids) == set()
    assert chromium.processes() == set()
    assert os.listdir(directory) == []


def test_nothing_is_left_when_the_tests_are_killed(directory):
    tests = Process("-c", PROGRAM, environment={"TMPDIR": directory})
    try:
        pids = {int(pid) for pid in tests.until("runs as").split()[2:]}
        assert len(pids) > 2
        tests.kill()
        assert wait_for_end(pids) == set()
    finally:
        tests.close()


def test_a_test_that_follows_finds_nothing(chromium):
    browser = chromium.session
    browser.get("data:text/html,one")
    browser.switch_to.new_window("tab")
    chromium.clear()
    assert len(browser.window_handles) == 1
    assert browser.current_url == "about:blank"


@pytest.mark.parametrize("program", ["start", "options"])
def test_no_browser(program, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(pytest.fail.Exception, match="needs a browser: apt-get install -y chromium"):
        getattr(Chromium(), program)()
