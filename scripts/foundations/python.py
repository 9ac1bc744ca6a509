"""What the package leans on in Python: frames, code objects, asyncio, threads, unittest."""

from __future__ import annotations

import ast
import inspect
import re

from .row import Foundation, accepts, every, has, loop_has, of, sets, variables


def _logs_what_nobody_retrieved() -> bool:
    """Whether a task notes that its exception is to be logged, until somebody takes it."""

    async def fail() -> None:
        raise LookupError

    loop = of("asyncio:SelectorEventLoop")()
    try:
        task = loop.create_task(fail())
        loop.run_until_complete(of("asyncio:wait")([task]))
        before = task._log_traceback
        return (before, type(task.exception()), task._log_traceback) == (True, LookupError, False)
    finally:
        loop.close()


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
            (
                "settrace",
                "``sys.settrace``",
                "measures which lines tests reach, before Python 3.12",
                has("sys", "settrace", "gettrace"),
            ),
            *(
                (name, f"``{name}`` of a frame", why, has("types:FrameType", name))
                for name, why in [
                    ("f_back", "steps to the caller"),
                    ("f_code", "tells which function runs"),
                    ("f_globals", "tells whose function runs, by its module"),
                    ("f_lineno", "names the line in an error"),
                    ("f_locals", "looks for a test, or for a call that is running"),
                    ("f_lasti", "tells a thread that has got further from one that has not"),
                ]
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
            *(
                (name, f"``{name}`` of a generator", why, has("types:GeneratorType", name))
                for name, why in [
                    ("gi_frame", "names the line where a generator-based coroutine waits"),
                    ("gi_yieldfrom", "steps to what a generator-based coroutine waits for"),
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
        "_selector",
        "``_selector`` of asyncio's selector event loop",
        "sees when the loop has no callback that is ready",
        "give the loop a selector of ours where it is made, or wait with timeouts only",
        loop_has("_selector"),
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
                "close",
                "ends the applications before their loop",
                accepts("asyncio:SelectorEventLoop.close", "self"),
            ),
            (
                "run_until_complete",
                "names the tasks that ``asyncio.run`` would wait for forever",
                accepts("asyncio:SelectorEventLoop.run_until_complete", "self", "future"),
            ),
        ]
    ),
    Foundation(
        "Patch(loop._selector.select)",
        "``_selector.select(timeout)`` of asyncio's selector event loop",
        "sees when the loop has no callback that is ready",
        "wait with timeouts only, as on loops that are not asyncio's own",
        every(loop_has("_selector"), accepts("selectors:BaseSelector.select", "self", "timeout")),
    ),
    Foundation(
        "_fut_waiter",
        "``_fut_waiter`` of a task",
        "tells the future that a task waits for",
        "wait with timeouts only",
        has("asyncio:Task", "_fut_waiter"),
    ),
    Foundation(
        "_callbacks",
        "``_callbacks`` of a future: pairs of a callback and its context, or None",
        "tells futures that a thread or ``asyncio.shield`` completes",
        "call such a wait one for something outside",
        lambda: "_callbacks" in dir(of("asyncio:Future")),
    ),
    Foundation(
        "_chain_future",
        "``_chain_future`` of ``asyncio.futures``, whose callbacks hold both futures",
        "tells a future that a thread completes",
        "call such a wait one for something outside",
        has("asyncio.futures", "_chain_future"),
    ),
    Foundation(
        "_GatheringFuture",
        "``asyncio.tasks._GatheringFuture``",
        "tells what ``asyncio.gather`` waits for",
        "call such a wait one for something outside",
        has("asyncio.tasks", "_GatheringFuture"),
    ),
    Foundation(
        "_children",
        "``_children`` of ``asyncio.tasks._GatheringFuture``",
        "tells what ``asyncio.gather`` waits for",
        "call such a wait one for something outside",
        sets("asyncio.tasks:_GatheringFuture.__init__", "_children"),
    ),
    *(
        Foundation(
            name,
            f"the variable ``{variable}`` of ``asyncio.tasks.{name}``",
            f"tells what ``{public}`` waits for",
            "call such a wait one for something outside",
            variables(f"asyncio.tasks:{name}", variable),
        )
        for name, variable, public in [
            ("_wait", "fs", "asyncio.wait"),
            ("_cancel_and_wait", "fut", "asyncio.wait_for"),
            ("wait_for", "fut", "asyncio.wait_for"),
        ]
    ),
    Foundation(
        "_tasks",
        "``_tasks`` of ``asyncio.TaskGroup``, from Python 3.11 on",
        "tells what a task group waits for",
        "call such a wait one for other tasks",
        lambda: (
            not hasattr(of("asyncio"), "TaskGroup") or "_tasks" in vars(of("asyncio:TaskGroup")())
        ),
    ),
    *(
        Foundation(
            f"asyncio.{name}.__code__",
            f"the code object of ``asyncio.{name}``",
            why,
            "call such a wait one for something outside",
            has(f"asyncio:{name}", "__code__"),
        )
        for name, why in [
            ("sleep", "tells a wait for a timer"),
            ("Queue.get", "tells a wait for a queue"),
        ]
    ),
    Foundation(
        "asyncio.tasks._wait.__code__",
        "the code object of ``asyncio.tasks._wait``, which ``asyncio.wait`` awaits",
        "tells at one look that a consumer waits for its channel and its client only",
        "leave the quick look out: it is slower, not wrong",
        lambda: "await _wait(" in inspect.getsource(of("asyncio:wait")),
    ),
    Foundation(
        "function.__code__",
        "the code objects of ``asyncio.sleep``, ``Queue.get``, ``Event.wait``, ``Lock.acquire`` "
        "and ``Condition.wait``, each of which awaits a future itself",
        "tells at one look that nothing outside the loop ends a wait",
        "leave the quick look out: it is slower, not wrong",
        lambda: all(
            re.search(r"\bawait (fut|getter|future)\b", inspect.getsource(of(f"asyncio:{name}")))
            for name in ("sleep", "Queue.get", "Event.wait", "Lock.acquire", "Condition.wait")
        ),
    ),
    Foundation(
        "_log_traceback",
        "``_log_traceback`` of a task, which its ``exception()`` and ``result()`` take back",
        "tells the exceptions that the test has not got from those that it has",
        "note in the communicator which exceptions were raised in the test",
        _logs_what_nobody_retrieved,
    ),
    *(
        Foundation(
            name,
            f"``{name}`` of the handles that a selector's key has as data",
            "tells what the loop itself registered from what an application did",
            "call every registered descriptor one of the application",
            lambda name=name: name in of("asyncio.events:Handle").__slots__,  # type: ignore[misc]
        )
        for name in ("_callback", "_args")
    ),
    Foundation(
        "_warn_unawaited_coroutine",
        "``warnings._warn_unawaited_coroutine(coroutine)``, which CPython calls",
        "names coroutines that were never awaited in the error of a wait",
        "leave them out of the error: Python's own warning stays",
        accepts("warnings:_warn_unawaited_coroutine", "coro"),
    ),
    Foundation(
        "Patch(warnings._warn_unawaited_coroutine)",
        "the same, looked up in ``warnings`` for each coroutine",
        "the same",
        "the same",
        has("warnings", "_warn_unawaited_coroutine"),
    ),
    Foundation(
        "_clock_resolution",
        "``_clock_resolution`` of asyncio's event loops",
        "fires the timers of the virtual time that are due, and no others",
        "override ``_run_once``'s notion of a timer that is due",
        loop_has("_clock_resolution"),
    ),
    Foundation(
        "call_at",
        "``call_at(when, callback, *args, context=)`` of an event loop, which ``call_later`` uses",
        "fires timers of the same moment in the order in which they were set",
        "override ``call_later`` as well",
        lambda: "self.call_at(" in inspect.getsource(of("asyncio:BaseEventLoop.call_later")),
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
        "_scheduled",
        "``_scheduled`` of asyncio's event loops, the heap of their timers",
        "finds the timeouts around waits for something outside the loop",
        "let virtual time end these waits",
        loop_has("_scheduled"),
    ),
    Foundation(
        "_when",
        "``_when`` of a timer's handle, by which the heap of timers is ordered",
        "puts off a timeout around a wait for something outside the loop",
        "let virtual time end these waits",
        sets("asyncio:TimerHandle.__init__", "_when"),
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
        "_worker",
        "``concurrent.futures.thread._worker``",
        "the same",
        "the same",
        has("concurrent.futures.thread", "_worker"),
    ),
    Foundation(
        "pools._worker.__code__",
        "the code object of ``concurrent.futures.thread._worker``",
        "tells a thread of an executor that makes no call from one that does",
        "call every thread of an executor one that is at work",
        has("concurrent.futures.thread:_worker", "__code__"),
    ),
    *(
        Foundation(
            f'f_locals["{name}"]',
            f"the variable ``{name}`` of ``concurrent.futures.thread._worker``",
            why,
            "call every thread of an executor one that is at work",
            variables("concurrent.futures.thread:_worker", name),
        )
        for name, why in [
            ("executor_reference", "finds the executor of a thread"),
            ("work_item", "tells that a thread of an executor makes a call"),
        ]
    ),
    *(
        Foundation(
            name,
            f"``{name}`` of ``ThreadPoolExecutor``",
            "counts the idle threads of an executor",
            "call every thread of an executor one that is at work",
            sets("concurrent.futures:ThreadPoolExecutor.__init__", name),
        )
        for name in ("_idle_semaphore", "_threads")
    ),
    Foundation(
        "_value",
        "``_value`` of ``threading.Semaphore``",
        "counts the idle threads of an executor",
        "call every thread of an executor one that is at work",
        sets("threading:Semaphore.__init__", "_value"),
    ),
    Foundation(
        "Patch(thread.start_new_thread)",
        "``_thread.start_new_thread``, which programs look up in its module",
        "sees threads that have not begun to run: the interpreter does not count them yet",
        "call a thread that has not begun none",
        has("_thread", "start_new_thread"),
    ),
    Foundation(
        "_count",
        "``_thread._count``",
        "tells that there are threads which ``threading`` does not know",
        "compare ``sys._current_frames`` with ``threading.enumerate`` each time",
        has("_thread", "_count"),
    ),
    Foundation(
        "threading.Condition.wait.__code__",
        "the code object of ``threading.Condition.wait``",
        "tells a thread that waits for another one",
        "call such a thread one that is at work",
        has("threading:Condition.wait", "__code__"),
    ),
    Foundation(
        'f_locals["timeout"]',
        "the variable ``timeout`` of ``threading.Condition.wait``",
        "tells a wait without end from one that ends by itself",
        "call such a thread one that is at work",
        variables("threading:Condition.wait", "timeout"),
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
    # Documented, although their names begin with an underscore
    *(
        Foundation(
            name,
            f"``{name}`` of a named tuple, which Python documents",
            "writes the record as JSON, and reads it",
            "follow Python's release notes",
            lambda name=name: hasattr(Foundation, name),  # type: ignore[misc]
        )
        for name in ("_field_defaults", "_replace")
    ),
    Foundation(
        "_fields",
        "``_fields`` of a node of ``ast``, which Python documents",
        "walks the parts of a node that may hold calls",
        "follow Python's release notes",
        lambda: "args" in ast.Call._fields,
    ),
    # unittest
    *(
        Foundation(
            f"unittest.TestCase.{name}.__code__",
            f"the code object of ``unittest.TestCase.{name}``, whose ``self`` is the test case",
            "finds the test that runs, to add a cleanup",
            "look for the method that calls the test and then its cleanups",
            every(
                variables(f"unittest:TestCase.{name}", "self"),
                lambda name=name, cleanups=cleanups: (  # type: ignore[misc]
                    cleanups in inspect.getsource(of(f"unittest:TestCase.{name}"))
                ),
            ),
        )
        for name, cleanups in [("run", "self.doCleanups()"), ("debug", "self._cleanups.pop()")]
    ),
    Foundation(
        "unittest.TestSuite._handleClassSetUp.__code__",
        "the code object of ``unittest.TestSuite._handleClassSetUp``, which sets a class up",
        "finds the class whose ``setUpClass`` runs, to add a cleanup of the class",
        "have ``setUpClass`` of our own test cases add it",
        lambda: "'setUpClass'" in inspect.getsource(of("unittest:TestSuite._handleClassSetUp")),
    ),
    Foundation(
        "_handleClassSetUp",
        "``_handleClassSetUp(test, result)`` of a test suite",
        "the same",
        "the same",
        accepts("unittest:TestSuite._handleClassSetUp", "self", "test", "result"),
    ),
    Foundation(
        'f_locals["currentClass"]',
        "the variable ``currentClass`` of ``unittest.TestSuite._handleClassSetUp``",
        "the same",
        "the same",
        variables("unittest:TestSuite._handleClassSetUp", "currentClass"),
    ),
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
        "Patch(outcome.result)",
        "``result`` of a test case's ``_outcome``",
        "shows the record below a failure",
        "look for where ``TestCase.run`` hands failures to the result",
        sets("unittest.case:_Outcome", "result"),
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
        ]
    ),
]
