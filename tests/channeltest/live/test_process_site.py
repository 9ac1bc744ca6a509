"""Processes that serve together."""

from __future__ import annotations

import pytest

from channeltest.errors import LiveServerError
from channeltest.live.child_process import ChildProcess
from channeltest.live.process_site import ProcessSite

from .test_child_process import Work, die, fail, serve


def start(*acts):
    children = []
    for name, act in zip(("server", "worker"), acts, strict=True):
        child = ChildProcess(name, "fork")
        child.start(Work(child.reports, act))
        children.append(child)
    return children


def test_the_port_is_the_first_ones():
    site = ProcessSite(start(serve, serve))
    site.check()
    assert site.port == 1234
    site.stop()


@pytest.mark.parametrize("act", [fail, die])
def test_one_does_not_become_ready(act):
    children = start(serve, act)
    with pytest.raises(LiveServerError, match="worker process"):
        ProcessSite(children)
    assert [child.process for child in children] == [None, None]


@pytest.mark.parametrize(("index", "name"), [(0, "server"), (1, "worker")])
def test_all_end_when_one_does(index, name):
    children = start(serve, serve)
    site = ProcessSite(children)
    processes = [child.process for child in children]
    processes[index].kill()
    for process in processes:
        process.join()
    with pytest.raises(LiveServerError, match=f"{name} process .* was killed by signal 9"):
        site.stop()
