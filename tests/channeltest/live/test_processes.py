"""Child processes: readiness, failures, ends; none is left when the test's process is killed."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from multiprocessing import parent_process

import pytest

from channeltest.errors import LiveServerError
from channeltest.live import processes
from channeltest.live.processes import ChildProcess, ProcessSite

from ..helpers import ENVIRONMENT, ROOT
from .helpers import PATIENCE

METHODS = ["fork", "spawn", "forkserver"]


class Work:
    """Does in a child what one of the functions below does."""

    def __init__(self, reports, act):
        self.port_storage, self.is_ready, self.act = reports.port_storage, reports.is_ready, act

    def run(self):
        self.act(self)


def serve(work):
    work.port_storage.value = 1234
    work.is_ready.set()
    threading.Event().wait()


def fail(work):
    raise ValueError("of its own")


def fail_later(work):
    work.is_ready.set()
    raise ValueError("of its own")


def leave(work):
    pass


def die(work):
    os.kill(os.getpid(), signal.SIGKILL)


def be_silent(work):
    threading.Event().wait()


def be_stubborn(work):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    serve(work)


@pytest.fixture
def start():
    """A function that starts a child, stopped after the test."""
    children = []

    def start_one(act, method="fork"):
        child = ChildProcess("server", method)
        children.append(child)
        child.start(Work(child.reports, act))
        return child

    yield start_one
    for child in children:
        child.stop()


@pytest.mark.parametrize("method", METHODS)
def test_it_becomes_ready(start, method):
    child = start(serve, method)
    child.wait_until_ready()
    child.check()
    assert child.reports.port == 1234


@pytest.mark.parametrize("method", METHODS)
def test_its_own_error_and_traceback(start, method):
    child = start(fail, method)
    with pytest.raises(LiveServerError, match=r"(?s)server process failed.*in fail.*of its own"):
        child.wait_until_ready()


def test_an_error_when_it_was_ready(start):
    child = start(fail_later)
    child.process.join()
    with pytest.raises(LiveServerError, match=r"(?s)server process failed.*of its own"):
        child.wait_until_ready()
    assert child.reports.ready


def test_it_leaves(start):
    child = start(leave)
    with pytest.raises(LiveServerError, match="ended by itself, with exit code 0"):
        child.wait_until_ready()


def test_it_dies(start):
    child = start(die)
    with pytest.raises(LiveServerError, match="was killed by signal 9"):
        child.wait_until_ready()


def test_it_says_nothing(start, monkeypatch):
    monkeypatch.setattr(processes, "START_BOUND", 0.05)
    child = start(be_silent)
    with pytest.raises(LiveServerError, match=r"has not become ready within 0.05 seconds"):
        child.wait_until_ready()


def test_it_does_not_want_to_stop(start, monkeypatch):
    monkeypatch.setattr(processes, "STOP_BOUND", 0.05)
    child = start(be_stubborn)
    child.wait_until_ready()
    pid = child.process.pid
    child.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_stopping_twice_and_without_a_start(start):
    child = start(serve)
    child.stop()
    child.stop()
    ChildProcess("server", None).stop()


def test_nothing_is_left_open(start):
    before = set(os.listdir("/proc/self/fd"))
    for act in (serve, fail):
        start(act).stop()
    # What an earlier test left to the garbage collector may have been closed meanwhile.
    assert set(os.listdir("/proc/self/fd")) <= before


class OwnProcess(multiprocessing.Process):
    """A process of multiprocessing's own, as 1.x's were."""

    def __init__(self, reports):
        super().__init__(daemon=True)
        self.port_storage, self.is_ready = reports.port_storage, reports.is_ready

    def run(self):
        serve(self)


class DaphneLike(multiprocessing.Process):
    """A process that tells its port as daphne.testing's does."""

    def __init__(self, act):
        super().__init__(daemon=True)
        self.port, self.ready = multiprocessing.Value("i", 0), multiprocessing.Event()
        self.errors = multiprocessing.Queue()
        self.act = act

    def run(self):
        self.act(self)

    def become_ready(self):
        self.port.value = 4321
        self.ready.set()
        threading.Event().wait()


@pytest.mark.parametrize(
    ("make", "port"),
    [(OwnProcess, 1234), (lambda reports: DaphneLike(DaphneLike.become_ready), 4321)],
)
def test_other_processes(make, port):
    child = ChildProcess("server", None)
    try:
        child.start(make(child.reports))
        child.wait_until_ready()
        assert child.reports.port == port
    finally:
        child.stop()


def test_another_process_that_dies():
    child = ChildProcess("server", None)
    try:
        child.start(DaphneLike(die))
        with pytest.raises(LiveServerError, match="was killed by signal 9"):
            child.wait_until_ready()
    finally:
        child.stop()


ORPHANING = """
import os, signal, sys, threading
import django
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
if __name__ == "__main__":
    django.setup()
    from tests.channeltest.live.test_processes import Work, block
    from channeltest.live.processes import ChildProcess
    for _ in range(2):
        child = ChildProcess("server", sys.argv[1])
        child.start(Work(child.reports, block))
        child.wait_until_ready()
    print("ready", flush=True)
    threading.Event().wait()
"""


def block(work):
    work.is_ready.set()
    # A consumer that holds the process's main thread.
    time.sleep(3600)


@pytest.mark.parametrize("method", METHODS)
def test_no_orphans_when_the_test_process_is_killed(method):
    with subprocess.Popen(
        [sys.executable, "-c", ORPHANING, method],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        start_new_session=True,
        text=True,
    ) as tests:
        try:
            assert tests.stdout.readline() == "ready\n"
            tests.kill()
            # The output ends when the last process that has it has ended.
            assert tests.communicate(timeout=PATIENCE) == ("", None)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(tests.pid, signal.SIGKILL)


def test_this_is_no_child():
    assert parent_process() is None


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_main_module_without_a_guard(tmp_path, method):
    script = tmp_path / "unguarded.py"
    script.write_text(
        "from channeltest.live.processes import ChildProcess\n"
        f"child = ChildProcess('server', {method!r})\n"
        "child.start(None)\n"
        "child.wait_until_ready()\n"
    )
    environment = {
        **ENVIRONMENT,
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    failed = subprocess.run(
        [sys.executable, str(script)], env=environment, capture_output=True, text=True, check=False
    )
    assert "It did not begin: under" in failed.stderr
    assert "if __name__ == '__main__'" in failed.stderr


def start_all(*acts):
    children = []
    for name, act in zip(("server", "worker"), acts, strict=True):
        child = ChildProcess(name, "fork")
        child.start(Work(child.reports, act))
        children.append(child)
    return children


def test_the_port_is_the_first_ones():
    site = ProcessSite(start_all(serve, serve))
    site.check()
    assert site.port == 1234
    site.stop()


@pytest.mark.parametrize("act", [fail, die])
def test_one_does_not_become_ready(act):
    children = start_all(serve, act)
    with pytest.raises(LiveServerError, match="worker process"):
        ProcessSite(children)
    assert [child.process for child in children] == [None, None]


@pytest.mark.parametrize(("index", "name"), [(0, "server"), (1, "worker")])
def test_all_end_when_one_does(index, name):
    children = start_all(serve, serve)
    site = ProcessSite(children)
    processes = [child.process for child in children]
    processes[index].kill()
    for process in processes:
        process.join()
    with pytest.raises(LiveServerError, match=f"{name} process .* was killed by signal 9"):
        site.stop()
