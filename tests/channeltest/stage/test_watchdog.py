"""The thread that frees a test's thread from what holds it."""

from __future__ import annotations

import threading
import time

import pytest

from channeltest.rest.executor import HeldThread
from channeltest.stage.watchdog import Watchdog


@pytest.fixture
def watchdog():
    before = set(threading.enumerate())
    watchdog = Watchdog(0.2)
    yield watchdog
    watchdog.close()
    assert set(threading.enumerate()) <= before


def hold(seconds):
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        pass


def freed_from(function, watchdog):
    """Call the function in a turn; where the thread was found, or None."""
    watchdog.begin()
    try:
        function(60)
    except HeldThread:
        pass
    watchdog.end()
    return watchdog.found


def test_held(watchdog):
    assert freed_from(hold, watchdog).f_code is hold.__code__


def test_asleep(watchdog):
    assert freed_from(time.sleep, watchdog).f_code is freed_from.__code__


def test_not_held():
    """All turns take longer than the bound, each much less, also on a busy machine."""
    watchdog = Watchdog(0.6)
    for _ in range(10):
        watchdog.begin()
        hold(0.1)
        watchdog.end()
    watchdog.close()
    assert watchdog.found is None


def test_between_turns(watchdog):
    watchdog.begin()
    watchdog.end()
    hold(0.6)
    assert watchdog.found is None


def test_debugger(watchdog):
    """Whoever looks around in one is not hurried."""
    debugger = {"__name__": "pdb", "hold": hold}
    exec("def interaction():\n    hold(0.6)", debugger)
    watchdog.begin()
    debugger["interaction"]()
    watchdog.end()
    assert watchdog.found is None
