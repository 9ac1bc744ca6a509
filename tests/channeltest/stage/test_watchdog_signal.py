"""The signal that ends a call of the system."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from channeltest.rest.executor import HeldThread
from channeltest.stage.watchdog import FreeingSignal


def handled():
    return {number: signal.getsignal(number) for number in signal.valid_signals()}


@pytest.fixture
def freeing():
    before = handled()
    freeing = FreeingSignal()
    freeing.start()
    yield freeing
    freeing.stop()
    assert handled() == before


def test_takes_one_signal_that_nobody_handles(freeing):
    taken = [number for number, handler in handled().items() if handler == freeing._handle]
    assert len(taken) == 1
    assert signal.SIGRTMIN <= taken[0] <= signal.SIGRTMAX


def test_ends_a_call(freeing):
    lock = threading.Lock()
    lock.acquire()
    with pytest.raises(HeldThread):
        threading.Timer(0.01, freeing.send).start()
        lock.acquire()


def test_does_nothing_once_taken_back(freeing):
    freeing.take_back()
    signal.raise_signal(next(n for n, each in handled().items() if each == freeing._handle))


def test_two_users(freeing):
    freeing.start()
    freeing.stop()
    with pytest.raises(HeldThread):
        freeing.send()
        time.sleep(1)


def test_gives_way_to_the_project(freeing):
    number = next(n for n, each in handled().items() if each == freeing._handle)
    signal.signal(number, signal.SIG_IGN)
    assert not freeing.send()
    freeing.stop()
    assert signal.getsignal(number) is signal.SIG_IGN
    signal.signal(number, signal.SIG_DFL)


def test_in_another_thread_there_is_none():
    freeing = FreeingSignal()
    thread = threading.Thread(target=freeing.start)
    thread.start()
    thread.join()
    assert not freeing.send()
