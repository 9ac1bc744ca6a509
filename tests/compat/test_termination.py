"""How a worker ends when its process gets a signal."""

from __future__ import annotations

import signal
from unittest import mock

import pytest
from channeltest.compat.termination import TerminatesOnSignal


class Worker(TerminatesOnSignal):
    ended = False

    def terminate_idle(self):
        self.ended = True


@pytest.mark.parametrize("in_job", [True, False])
def test_it_ends_at_once_only_when_idle(in_job):
    worker = Worker()
    worker.in_job = in_job
    worker.sigterm_handler(signal.SIGTERM, None)
    assert (worker.termed, worker.ended) == (True, not in_job)


@pytest.mark.parametrize("wanted", [True, False])
def test_signals_are_handled_if_wanted(wanted):
    worker = Worker()
    worker.signal_handlers = wanted
    with mock.patch("signal.signal") as handle:
        worker.handle_signals()
    calls = [mock.call(each, worker.sigterm_handler) for each in (signal.SIGTERM, signal.SIGINT)]
    assert handle.call_args_list == (calls if wanted else [])


def test_how_an_idle_one_ends_is_its_own():
    with pytest.raises(NotImplementedError):
        TerminatesOnSignal().sigterm_handler(signal.SIGTERM, None)
