"""Every sentence of docs/explanation/rest.rst is a test, here or in another file."""

from __future__ import annotations

import ast
import asyncio
import contextvars
import re
import socket
import threading
import time

import pytest
from asgiref.sync import async_to_sync
from channels import Group
from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
from channels.test import ChannelTestCase, WSClient, apply_routes
from django.test import SimpleTestCase

from channeltest import (
    ApplicationCommunicator,
    ApplicationWarning,
    WebsocketCommunicator,
    WebsocketTestCase,
    config,
)
from channeltest.stage.stage import Stage
from tests.channeltest.helpers import ROOT, run_one
from tests.stage.acting import perform, start
from tests.stage.servers import Server

from .rest_page import sentences

HERE = "tests/documentation/test_rest.py::"
BOUNDS = "tests/stage/test_bounds.py::"
OUTSIDE = "tests/stage/test_outside.py::"
LIBRARIES = "tests/stage/test_libraries.py::"
STRESS = "tests/stage/test_stress.py::test_never_wrong"
STAGE = "tests/channeltest/stage/test_stage"
DETECTOR = "tests/channeltest/rest/test_detector.py::"
PATIENCE = "tests/channeltest/rest/test_patience.py::"
COMMUNICATOR = "tests/channeltest/communicators/test_application.py::"
CALLS = "tests/channeltest/communicators/test_used_loop.py::"
STUBBORN = "tests/channeltest/communicators/test_used_loop_stubborn.py::"
BOUNDED = "tests/channeltest/rest/test_detector_bounded.py::"

# The beginning of each sentence, and the tests of it.
TESTS = {
    "``send_and_consume`` returns, and ``receive_nothing`` is true": [STRESS],
    "What the application *waits for* decides": [STRESS, f"{LIBRARIES}TestHttp"],
    "its next event, or a message on a channel": [
        "tests/channeltest/rest/test_work.py::test_nothing",
        "tests/channeltest/rest/test_waits.py",
    ],
    "a timer, another task, or a queue": [
        f"{STAGE}.py::TestSettling",
        f"{OUTSIDE}TestPieces::test_protocol_that_sets_an_event",
    ],
    "a call in an executor: ``sync_to_async``": [
        f"{DETECTOR}TestThreads::test_calls_in_threads",
        f"{LIBRARIES}TestThreadsAndProcesses::test_process_pool",
        f"{OUTSIDE}TestThreads::test_a_call_whose_pool_waits_for_the_loop",
        "tests/channeltest/rest/test_threads.py::test_calls_that_wait_for_a_loop",
    ],
    "a socket, a pipe, a process or ``add_reader``, in the middle": [
        f"{OUTSIDE}TestPieces::test_streams",
        f"{OUTSIDE}TestPieces::test_reader",
        f"{HERE}test_patience",
    ],
    "the same, in a task in the background": [f"{OUTSIDE}TestIdle", f"{LIBRARIES}TestIdle"],
    "a thread that was started since the test began": [
        f"{OUTSIDE}TestThreads::test_that_call_into_the_loop",
        f"{PATIENCE}test_a_thread_that_outlasts_it_is_idle_where_it_is",
    ],
    "a future, while nothing can be seen": [
        f"{OUTSIDE}TestIdle::test_bare_future_that_another_application_completes",
        f"{PATIENCE}test_a_bare_future_has_the_grace_once",
    ],
    "A consumer of Channels handles an event until": [
        "tests/channeltest/rest/test_work.py::test_between_events"
    ],
    "Patience and grace count in ten parts": [
        f"{PATIENCE}test_a_process_that_stands_still_does_not_use_it_up",
        f"{PATIENCE}test_what_else_is_waited_for_is_looked_at_ten_times",
    ],
    "A call in an executor, and a thread, counts wherever": [
        f"{OUTSIDE}TestThreads::test_that_call_into_the_loop",
        f"{OUTSIDE}TestThreads::test_warm_pool",
        f"{OUTSIDE}TestThreads::test_default_executor",
    ],
    "On the stage of a synchronous test time is virtual": [
        f"{OUTSIDE}TestTime::test_begins_at_zero",
        f"{STAGE}_time.py::TestTime::test_time_goes_on_exactly",
    ],
    "A timer that is due within a second fires at once": [
        f"{STAGE}_time.py::TestTime::test_short_sleeps_are_over_at_once",
        f"{STAGE}_time.py::TestTime::test_long_sleeps_wait",
    ],
    "While something outside the loop is waited for, time is real": [
        f"{OUTSIDE}TestTime::test_is_real_while_something_outside_is_waited_for",
        f"{OUTSIDE}TestPieces::test_within_a_timeout_that_is_longer",
    ],
    "What counts as idle is waited for no longer": [
        f"{HERE}test_a_timer_beside_a_wait_in_the_background"
    ],
    "A timeout around a wait for something outside": [f"{HERE}test_a_timeout_in_the_background"],
    "Communicators run in the test's own loop": [f"{DETECTOR}TestTimers::test_due_in_time"],
    "A wait for something (``connect``": [
        f"{COMMUNICATOR}TestTimeout::test_without_one_rest_is_enough",
        f"{COMMUNICATOR}TestTimeout::test_of_a_busy_application",
    ],
    "A wait for nothing (``receive_nothing``)": [
        f"{COMMUNICATOR}TestNothing::test_is_decided_at_once",
        f"{COMMUNICATOR}TestNothing::test_what_is_at_work_has_the_time",
    ],
    "A turn of the stage that does not end within 10 seconds": [
        f"{STAGE}_bounds.py::TestBounds",
        f"{HERE}test_the_bounds_by_default",
    ],
    "Code that holds the test's thread is ended": [
        f"{STAGE}_bounds.py::TestBounds::test_loop_that_does_not_await"
    ],
    "In the main thread a call of the system": [f"{BOUNDS}TestSignals"],
    "Code that catches every exception again and again": [
        f"{BOUNDS}test_a_thread_that_cannot_be_freed_ends_the_run"
    ],
    "A synchronous call that a communicator's application makes": [
        f"{CALLS}test_the_end_does_not_wait_for_a_loop_that_has_ended"
    ],
    "The loop runs until the call returns": [f"{HERE}test_a_call_at_the_end_returns"],
    "A call that waits for a loop which has ended": [
        f"{CALLS}test_a_call_that_the_end_has_to_release"
    ],
    "A call that does not return even then": [f"{CALLS}test_a_call_that_does_not_come_back"],
    "An application, or a task of one, that goes on": [
        f"{STUBBORN}TestNamed",
        f"{STAGE}_bounds.py::TestBounds::test_cancellation_refused_at_the_end",
    ],
    "``asyncio.run`` alone would wait forever": [
        f"{STUBBORN}TestNamed::test_where_the_loop_is_wound_up"
    ],
    "The bounds hold under freezegun": [f"{BOUNDS}TestClocks"],
    "A test at a debugger's prompt": [
        "tests/channeltest/stage/test_watchdog.py::test_debugger",
        "tests/channeltest/test_config.py::test_no_timeout_under_a_debugger",
    ],
    '"PATIENCE": 1.0': [f"{HERE}test_patience", f"{HERE}test_the_bounds_by_default"],
    '"STAGE_BOUND": 10.0': [f"{HERE}test_the_bounds_by_default"],
    "A thread that runs no Python code cannot be seen": [
        f"{OUTSIDE}TestThreads::test_native_threads_within_the_grace"
    ],
    "A future that it completes has the grace": [
        f"{OUTSIDE}TestThreads::test_native_threads_within_the_grace",
        STRESS,
    ],
    "A task in the background that waits longer": [f"{HERE}test_an_answer_after_the_grace"],
    "Have the handler wait for the answer": [f"{HERE}test_an_answer_after_the_grace"],
    "A communicator runs in the test's own loop": [f"{HERE}test_a_communicator_shares_the_loop"],
    "A coroutine of its application that blocks the loop": [
        f"{HERE}test_a_communicator_shares_the_loop"
    ],
    "On an event loop that is not asyncio's own": [
        f"{BOUNDED}test_warns_once_for_each_class_of_loops",
        f"{BOUNDED}test_a_conversation",
    ],
    "An application that raises when the test is over": [f"{HERE}TestAfterTheLastStatement"],
    "In other test cases, where the same test passes": [f"{HERE}TestAfterTheLastStatement"],
}


@pytest.mark.parametrize("sentence", list(sentences()))
def test_each_sentence_has_tests(sentence):
    assert any(sentence.startswith(beginning) for beginning in TESTS), "add a test, and its name"


@pytest.mark.parametrize("beginning", TESTS)
def test_the_page_has_each_sentence(beginning):
    assert sum(sentence.startswith(beginning) for sentence in sentences()) == 1


@pytest.mark.parametrize("test", sorted({test for tests in TESTS.values() for test in tests}))
def test_each_test_is_there(test):
    path, *names = test.split("::")
    body = ast.parse((ROOT / path).read_text(encoding="utf-8")).body
    for name in names:
        [body] = [each.body for each in body if getattr(each, "name", None) == name]


# What no other file tests


@pytest.fixture
def server():
    server = Server()
    yield server
    server.close()


@pytest.fixture
def silent():
    """The address of a server that accepts connections and sends nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()


async def ask(address):
    reader, writer = await asyncio.open_connection(*address)
    try:
        writer.write(b"?")
        return await reader.readexactly(3)
    finally:
        writer.close()


def test_the_bounds_by_default():
    assert (config.patience(), config.stage_bound()) == (1.0, 10.0)


def test_patience(settings, silent):
    """The application handles an event, and nothing comes: it then counts as idle."""
    settings.CHANNELTEST = {"PATIENCE": 0.2}
    stage = Stage(bound=5)
    began = time.monotonic()
    task = start(stage, ask, silent)
    assert 0.2 < time.monotonic() - began < 2
    assert not task.done()
    stage.close()


def settle_in_the_background(stage, awaitable, results):
    """Settle an application that has a task for something outside, and waits for its next event."""

    async def background():
        try:
            results.append(await awaitable())
        except asyncio.TimeoutError:
            results.append("timeout")

    async def application(events):
        task = asyncio.create_task(background())
        await events.get()
        await task

    events = asyncio.Queue()
    stage.settle(lambda: stage.run(application(events), contextvars.Context(), events))


def test_a_timeout_in_the_background(silent):
    stage, results = Stage(bound=5), []
    settle_in_the_background(stage, lambda: asyncio.wait_for(ask(silent), 0.9), results)
    stage.settle()
    assert results == []
    stage.advance(0.9)
    assert results == ["timeout"]
    stage.close()


def test_a_timer_beside_a_wait_in_the_background(silent):
    """It fires, and the timeout that would be due before it does not."""
    stage, results = Stage(bound=5), []

    async def sleep():
        await asyncio.sleep(0.8)
        results.append("slept")

    began = time.monotonic()
    stage.settle(lambda: stage.run(sleep(), contextvars.Context()))
    settle_in_the_background(stage, lambda: asyncio.wait_for(ask(silent), 0.9), results)
    stage.settle(lambda: stage.run(sleep(), contextvars.Context()))
    assert results == ["slept", "slept"]
    assert time.monotonic() - began < 0.8
    stage.close()


def test_an_answer_after_the_grace(server):
    stage, results = Stage(bound=5), []
    settle_in_the_background(stage, lambda: ask(server.address), results)
    assert results == []
    while not results:
        stage.settle()
    assert results == [b"abc"]
    assert perform(stage, ask, server.address) == b"abc"
    stage.close()


class Slow(WebsocketConsumer):
    """It saves something with the loop's help, although its client is not interested any more."""

    saved: list[str] = []

    def receive(self, text_data=None, bytes_data=None):
        self.send(text_data="begun")
        async_to_sync(asyncio.sleep)(0)
        self.saved.append(text_data)


def test_a_communicator_shares_the_loop():
    async def main():
        async def application(scope, receive, send):
            ran.append((asyncio.get_running_loop(), threading.get_ident()))

        ran = [(asyncio.get_running_loop(), threading.get_ident())]
        await ApplicationCommunicator(application, {"type": "test"}).wait()
        return ran

    # What blocks the application's thread blocks the test's: it is one.
    of_test, of_application = asyncio.run(main())
    assert of_application == of_test


@pytest.mark.channels
def test_a_call_at_the_end_returns():
    async def talk():
        communicator = WebsocketCommunicator(Slow, "/")
        await communicator.connect()
        await communicator.send_to(text_data="x")
        assert await communicator.receive_from() == "begun"
        return communicator

    loop = asyncio.SelectorEventLoop()
    kept = loop.run_until_complete(talk())
    loop.close()
    assert kept.future.done()
    assert Slow.saved == ["x"]


async def leaving(scope, receive, send):
    """It fails while it is cancelled."""
    await receive()
    await send({"type": "websocket.accept"})
    try:
        await asyncio.Event().wait()
    finally:
        raise KeyError("on its way out")


class Failing(AsyncWebsocketConsumer):
    groups = ["g"]

    async def fail(self, event):
        raise KeyError("in a group's handler")


async def connect(case):
    assert (await WebsocketCommunicator(leaving, "/").connect())[0]


def send_to_the_group(case):
    with apply_routes([Failing.as_route(path="/")]):
        WSClient().send_and_consume("websocket.connect", path="/")
        Group("g").send({"type": "fail"})


@pytest.mark.django_db(transaction=True)
class TestAfterTheLastStatement:
    @pytest.mark.parametrize("base", [WebsocketTestCase, ChannelTestCase])
    def test_a_communicator_in_a_case_of_ours(self, base):
        # Before Python 3.11 the record is in the error's own text.
        assert re.match("KeyError: .?'on its way out'", run_one(base, connect))

    def test_a_communicator_in_another_case(self):
        with pytest.warns(ApplicationWarning, match="(?s)Traceback.*on its way out"):
            assert run_one(SimpleTestCase, connect) == "ok"

    def test_the_stage_in_a_case_of_ours(self):
        assert run_one(ChannelTestCase, send_to_the_group).endswith("in a group's handler\"")
