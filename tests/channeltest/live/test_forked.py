"""What a forked process does not keep."""

from __future__ import annotations

import os

from asgiref.sync import SyncToAsync, async_to_sync, sync_to_async

from channeltest.live.child_process import ChildProcess

from .test_child_process import Work


def ask(work):
    assert async_to_sync(sync_to_async(os.getpid))() == os.getpid()
    assert SyncToAsync.single_thread_executor.submit(os.getpid).result(10) == os.getpid()
    work.port_storage.value = os.getpid()
    work.is_ready.set()


def test_asgiref_s_thread_was_not_forked():
    # Here it has one, which waits for calls.
    SyncToAsync.single_thread_executor.submit(os.getpid).result(10)
    child = ChildProcess("server", "fork")
    try:
        child.start(Work(child.reports, ask))
        while not child.reports.ready:
            assert child.reports.wait(30, child.process.sentinel), "it hangs"
            assert child.reports.failure is None
        assert child.reports.port == child.process.pid
    finally:
        child.stop()
