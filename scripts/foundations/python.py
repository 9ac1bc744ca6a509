"""What the package leans on in Python: frames, code objects, asyncio, threads, unittest."""

from __future__ import annotations

import inspect

from .row import Foundation, accepts, every, has, loop_has, of, sets

ROWS = [
    # Frames, code objects
    *(
        Foundation(
            use,
            what,
            why,
            "Python documents it for CPython only: say in the docs that the interpreter is not "
            "supported",
            holds,
        )
        for use, what, why, holds in [
            (
                "_getframe",
                "``sys._getframe``",
                "finds the consumer, the test or the library that calls",
                lambda: of("sys:_getframe")().f_code.co_name == "<lambda>",
            ),
            (
                "_current_frames",
                "``sys._current_frames``",
                "says where another thread is",
                lambda: of("threading:get_ident")() in of("sys:_current_frames")(),
            ),
            *(
                (name, f"``{name}`` of a frame", why, has("types:FrameType", name))
                for name, why in [
                    ("f_back", "steps to the caller"),
                    ("f_code", "tells which function runs"),
                    ("f_globals", "tells whose function runs, by its module"),
                    ("f_lineno", "names the line in an error"),
                    ("f_locals", "looks for a test, or for a call that is running"),
                    ("f_lasti", "finds the instruction that asks for a missing name"),
                ]
            ),
            (
                "co_code",
                "``co_code`` of a code object",
                "finds the instruction that asks for a missing name",
                has("types:CodeType", "co_code"),
            ),
            *(
                (name, f"``{name}`` of a coroutine", why, has("types:CoroutineType", name))
                for name, why in [
                    ("cr_await", "steps to what a coroutine waits for"),
                    ("cr_frame", "names the line where it waits, and finds its consumer"),
                    ("cr_code", "tells which function waits"),
                ]
            ),
            *(
                (name, f"``{name}`` of an asynchronous generator", why, holds)
                for name, why, holds in [
                    (
                        "ag_await",
                        "steps to what it waits for",
                        has("types:AsyncGeneratorType", "ag_await"),
                    ),
                    (
                        "ag_frame",
                        "names the line where it waits",
                        has("types:AsyncGeneratorType", "ag_frame"),
                    ),
                ]
            ),
            (
                "__code__",
                "``__code__`` of a test method",
                "tells coroutine functions that a decorator has not hidden",
                lambda: hasattr(of, "__code__"),
            ),
            (
                "PyThreadState_SetAsyncExc",
                "``ctypes.pythonapi.PyThreadState_SetAsyncExc``",
                "raises an exception in a thread that holds the test",
                lambda: hasattr(of("ctypes:pythonapi"), "PyThreadState_SetAsyncExc"),
            ),
            (
                "Py_IncRef",
                "``ctypes.pythonapi.Py_IncRef``",
                "keeps a task of an abandoned stage from being destroyed while it is pending",
                lambda: hasattr(of("ctypes:pythonapi"), "Py_IncRef"),
            ),
        ]
    ),
    # asyncio
    Foundation(
        "_ssock",
        "``_ssock`` of asyncio's selector event loop",
        "tells the loop's own wake-up socket from those of the application",
        "find the socket as the one that is registered when the loop is new",
        loop_has("_ssock"),
    ),
    Foundation(
        "_make_socket_transport",
        "``_make_socket_transport(sock, …, server=)`` of asyncio's selector event loop",
        "sees every transport that is made, and whether it belongs to a client",
        "look for the method that ``create_connection`` calls with the new socket",
        every(
            accepts("asyncio:SelectorEventLoop._make_socket_transport", "self", "sock"),
            lambda: (
                "server"
                in inspect.signature(
                    of("asyncio:SelectorEventLoop._make_socket_transport")
                ).parameters
            ),
        ),
    ),
    Foundation(
        "_selector",
        "``_selector`` of asyncio's selector event loop",
        "sees when the loop has no callback that is ready",
        "give the loop a selector of ours where it is made, or wait with timeouts only",
        loop_has("_selector"),
    ),
    Foundation(
        "Patch(selector.select)",
        "``select(timeout)`` of the selector of an event loop",
        "sees when the loop has no callback that is ready",
        "wait with timeouts only, as on loops that are not asyncio's own",
        accepts("selectors:BaseSelector.select", "self", "timeout"),
    ),
    *(
        Foundation(
            f"Patch(loop.{name})",
            f"``{name}`` of an event loop, which asyncio looks up on the loop for each call",
            why,
            "subclass the loop, or wait with timeouts only",
            holds,
        )
        for name, why, holds in [
            (
                "run_in_executor",
                "counts calls in threads",
                accepts("asyncio:SelectorEventLoop.run_in_executor", "self", "executor", "func"),
            ),
            (
                "create_future",
                "sees which futures others than the loop complete",
                lambda: (
                    "loop.create_future()" in inspect.getsource(of("asyncio.futures:wrap_future"))
                ),
            ),
            (
                "_make_socket_transport",
                "sees every transport of a loop that is not ours",
                has("asyncio:SelectorEventLoop", "_make_socket_transport"),
            ),
            (
                "close",
                "ends the applications before their loop",
                accepts("asyncio:SelectorEventLoop.close", "self"),
            ),
        ]
    ),
    Foundation(
        "call_at",
        "``call_at(when, callback, *args, context=)`` of an event loop, which ``call_later`` uses",
        "fires timers of the same moment in the order in which they were set",
        "override ``call_later`` as well",
        lambda: "self.call_at(" in inspect.getsource(of("asyncio:BaseEventLoop.call_later")),
    ),
    Foundation(
        "asyncio.wrap_future.__code__",
        "the code object of ``asyncio.wrap_future``",
        "tells a future that a thread completes",
        "look for what ``run_in_executor`` and ``run_coroutine_threadsafe`` wrap a future with",
        has("asyncio:wrap_future", "__code__"),
    ),
    Foundation(
        "asyncio.wait.__code__",
        "the code object of ``asyncio.wait``, which Channels' consumers wait in",
        "tells a consumer that waits for its next event from one that is busy",
        'leave the words "for its next event" out of the error',
        lambda: "asyncio.wait(" in inspect.getsource(of("channels.utils:await_many_dispatch")),
    ),
    Foundation(
        "_get_running_loop",
        "``asyncio._get_running_loop``",
        "asks for the running loop without an exception where there is none",
        "call ``asyncio.get_running_loop`` and catch its RuntimeError",
        has("asyncio", "_get_running_loop"),
    ),
    Foundation(
        "_log_destroy_pending",
        "``_log_destroy_pending`` of a task",
        "keeps asyncio from blaming the next test for a task whose loop is closed",
        "let the message be logged",
        has("asyncio:Task", "_log_destroy_pending"),
    ),
    Foundation(
        "_queue",
        "``_init``, ``_put`` and ``_queue`` of ``asyncio.Queue``",
        "tells who waits that something was sent; reads a queue without taking from it",
        "keep a queue of our own",
        every(has("asyncio:Queue", "_init", "_put"), sets("asyncio:Queue._init", "_queue")),
    ),
    # concurrent.futures
    Foundation(
        "_threads_queues",
        "``concurrent.futures.thread._threads_queues``",
        "tells the threads of executors from others",
        "find them by their names",
        has("concurrent.futures.thread", "_threads_queues"),
    ),
    Foundation(
        "thread._worker.__code__",
        "the code object of ``concurrent.futures.thread._worker``",
        "tells an idle thread of an executor from one that is at work",
        "find the frame in which the threads of an executor wait for work",
        lambda: of("concurrent.futures.thread:_worker").__code__.co_name == "_worker",
    ),
    Foundation(
        "_worker",
        "``concurrent.futures.thread._worker``",
        "the same",
        "the same",
        has("concurrent.futures.thread", "_worker"),
    ),
    Foundation(
        "_config",
        "``_config`` of a ``multiprocessing`` process",
        "starts the server's process from a worker of Django's parallel runner, which is a daemon",
        "run the tests one after another, or serve in a thread",
        lambda: (
            "daemon" in inspect.getsource(of("multiprocessing.process:BaseProcess.start"))
            and isinstance(of("multiprocessing:current_process")()._config, dict)
        ),
    ),
    # unittest
    Foundation(
        "_testMethodName",
        "``_testMethodName`` of a test case",
        "finds the method that runs",
        "take the end of ``id()``",
        lambda: of("unittest:TestCase")()._testMethodName == "runTest",
    ),
    Foundation(
        "_cleanups",
        "``_cleanups`` of a test case, a list that is worked off from its end",
        "has a call made behind all other cleanups",
        "register the cleanup before the test's own",
        lambda: of("unittest:TestCase")()._cleanups == [],
    ),
    Foundation(
        "_outcome",
        "``_outcome.result`` of a test case, and ``_outcome.errors`` in Python 3.10",
        "shows the record below a failure",
        "look for where ``TestCase.run`` hands failures to the result",
        every(
            lambda: of("unittest:TestCase")()._outcome is None,
            sets("unittest.case:_Outcome", "result"),
        ),
    ),
    *(
        Foundation(
            name,
            f"``{name}`` of a test case",
            why,
            "look for what ``TestCase.run`` calls",
            lambda name=name: (  # type: ignore[misc]
                f"self.{name}(" in inspect.getsource(of("unittest:TestCase"))
            ),
        )
        for name, why in [
            ("_callSetUp", "sets up on the event loop of an ``async def`` test"),
            ("_callTearDown", "tears down on the event loop of an ``async def`` test"),
            ("_callTestMethod", "shows the record below a failure"),
            ("_callCleanup", "shows the record below a failure of a cleanup"),
        ]
    ),
]
