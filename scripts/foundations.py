"""What the package uses of other packages although they do not promise that it stays.

Each row says what it is, why it is needed and what to do when a release no longer has it.
``tests/test_foundations.py`` has a test for each and fails for what the sources use without a row;
``docs/contributing.rst`` shows the rows as a table.
"""

from __future__ import annotations

import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from .private_names import Uses


class Foundation(NamedTuple):
    """Something of another package that the sources lean on.

    Attributes:
        use: How the sources name it, as `scripts.private_names.uses` writes it; for public names,
            the name.
        what: Whose it is, and what it is.
        why: What it is needed for.
        instead: What to do when a release no longer has it.
        holds: Returns whether the installed release has it.
    """

    use: str
    what: str
    why: str
    instead: str
    holds: Callable[[], bool]


def where(row: Foundation, found: Uses, sources: Mapping[str, str]) -> list[str]:
    """Return the names of the modules that use it."""
    if row.use in found:
        return sorted(found[row.use])
    word = re.compile(rf"\b{re.escape(row.use)}\b")
    return sorted(name for name, source in sources.items() if word.search(source))


def table(found: Uses, sources: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines of the rows as a table in reStructuredText."""
    yield from (".. list-table::", "   :header-rows: 1", "   :widths: 25 20 25 30", "")
    titles = ("What", "Where", "Why", "When it goes")
    for cells in [titles, *((r.what, _modules(r, found, sources), r.why, r.instead) for r in ROWS)]:
        for number, cell in enumerate(cells):
            yield f"   {'*' if number == 0 else ' '} - {cell}"


def _modules(row: Foundation, found: Uses, sources: Mapping[str, str]) -> str:
    names = (name.removeprefix("channeltest.") for name in where(row, found, sources))
    return ", ".join(f"``{name}``" for name in names)


def _of(path: str) -> Any:
    """Import what a path such as ``asyncio.queues:Queue.put`` names."""
    return pkgutil.resolve_name(path)


def _has(path: str, *names: str) -> Callable[[], bool]:
    """Return a check that an object has attributes."""
    return lambda: all(hasattr(_of(path), name) for name in names)


def _sets(path: str, *names: str) -> Callable[[], bool]:
    """Return a check that the code of a function or class assigns these attributes."""
    return lambda: all(
        re.search(rf"\.{name}\b[^=\n]*=", inspect.getsource(_of(path))) for name in names
    )


def _variables(path: str, *names: str) -> Callable[[], bool]:
    """Return a check that a Python function has these local variables."""
    return lambda: set(names) <= set(_of(path).__code__.co_varnames)


def _accepts(path: str, *names: str) -> Callable[[], bool]:
    """Return a check that the parameters of a function begin with these."""
    return lambda: tuple(inspect.signature(_of(path)).parameters)[: len(names)] == names


def _loop_has(*names: str) -> Callable[[], bool]:
    """Return a check that a new event loop of asyncio has attributes."""

    def holds() -> bool:
        loop = _of("asyncio:SelectorEventLoop")()
        try:
            return all(hasattr(loop, name) for name in names)
        finally:
            loop.close()

    return holds


def _keeps_waiting_code() -> bool:
    code = _of("concurrent.futures.thread:_worker").__code__
    return bool(code.co_name == "_worker")


def _all(*checks: Callable[[], bool]) -> Callable[[], bool]:
    return lambda: all(check() for check in checks)


ROWS = [
    # Frames, code objects and coroutines. Python documents them in ``inspect``; CPython has them.
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
                lambda: _of("sys:_getframe")().f_code.co_name == "<lambda>",
            ),
            (
                "_current_frames",
                "``sys._current_frames``",
                "says where another thread is",
                lambda: _of("threading:get_ident")() in _of("sys:_current_frames")(),
            ),
            *(
                (name, f"``{name}`` of a frame", why, _has("types:FrameType", name))
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
                _has("types:CodeType", "co_code"),
            ),
            *(
                (name, f"``{name}`` of a coroutine", why, _has("types:CoroutineType", name))
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
                        _has("types:AsyncGeneratorType", "ag_await"),
                    ),
                    (
                        "ag_frame",
                        "names the line where it waits",
                        _has("types:AsyncGeneratorType", "ag_frame"),
                    ),
                ]
            ),
            (
                "__code__",
                "``__code__`` of a test method",
                "tells coroutine functions that a decorator has not hidden",
                lambda: hasattr(_keeps_waiting_code, "__code__"),
            ),
            (
                "PyThreadState_SetAsyncExc",
                "``ctypes.pythonapi.PyThreadState_SetAsyncExc``",
                "raises an exception in a thread that holds the test",
                lambda: hasattr(_of("ctypes:pythonapi"), "PyThreadState_SetAsyncExc"),
            ),
            (
                "Py_IncRef",
                "``ctypes.pythonapi.Py_IncRef``",
                "keeps a task of an abandoned stage from being destroyed while it is pending",
                lambda: hasattr(_of("ctypes:pythonapi"), "Py_IncRef"),
            ),
        ]
    ),
    # asyncio
    Foundation(
        "_ssock",
        "``_ssock`` of asyncio's selector event loop",
        "tells the loop's own wake-up socket from those of the application",
        "find the socket as the one that is registered when the loop is new",
        _loop_has("_ssock"),
    ),
    Foundation(
        "_make_socket_transport",
        "``_make_socket_transport(sock, …, server=)`` of asyncio's selector event loop",
        "sees every transport that is made, and whether it belongs to a client",
        "look for the method that ``create_connection`` calls with the new socket",
        _all(
            _accepts("asyncio:SelectorEventLoop._make_socket_transport", "self", "sock"),
            lambda: (
                "server"
                in inspect.signature(
                    _of("asyncio:SelectorEventLoop._make_socket_transport")
                ).parameters
            ),
        ),
    ),
    Foundation(
        "_selector",
        "``_selector`` of asyncio's selector event loop",
        "sees when the loop has no callback that is ready",
        "give the loop a selector of ours where it is made, or wait with timeouts only",
        _loop_has("_selector"),
    ),
    Foundation(
        "Patch(selector.select)",
        "``select(timeout)`` of the selector of an event loop",
        "sees when the loop has no callback that is ready",
        "wait with timeouts only, as on loops that are not asyncio's own",
        _accepts("selectors:BaseSelector.select", "self", "timeout"),
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
                _accepts("asyncio:SelectorEventLoop.run_in_executor", "self", "executor", "func"),
            ),
            (
                "create_future",
                "sees which futures others than the loop complete",
                lambda: (
                    "loop.create_future()" in inspect.getsource(_of("asyncio.futures:wrap_future"))
                ),
            ),
            (
                "_make_socket_transport",
                "sees every transport of a loop that is not ours",
                _has("asyncio:SelectorEventLoop", "_make_socket_transport"),
            ),
            (
                "close",
                "ends the applications before their loop",
                _accepts("asyncio:SelectorEventLoop.close", "self"),
            ),
        ]
    ),
    Foundation(
        "call_at",
        "``call_at(when, callback, *args, context=)`` of an event loop, which ``call_later`` uses",
        "fires timers of the same moment in the order in which they were set",
        "override ``call_later`` as well",
        lambda: "self.call_at(" in inspect.getsource(_of("asyncio:BaseEventLoop.call_later")),
    ),
    Foundation(
        "asyncio.wrap_future.__code__",
        "the code object of ``asyncio.wrap_future``",
        "tells a future that a thread completes",
        "look for what ``run_in_executor`` and ``run_coroutine_threadsafe`` wrap a future with",
        _has("asyncio:wrap_future", "__code__"),
    ),
    Foundation(
        "asyncio.wait.__code__",
        "the code object of ``asyncio.wait``, which Channels' consumers wait in",
        "tells a consumer that waits for its next event from one that is busy",
        'leave the words "for its next event" out of the error',
        lambda: "asyncio.wait(" in inspect.getsource(_of("channels.utils:await_many_dispatch")),
    ),
    Foundation(
        "_get_running_loop",
        "``asyncio._get_running_loop``",
        "asks for the running loop without an exception where there is none",
        "call ``asyncio.get_running_loop`` and catch its RuntimeError",
        _has("asyncio", "_get_running_loop"),
    ),
    Foundation(
        "_log_destroy_pending",
        "``_log_destroy_pending`` of a task",
        "keeps asyncio from blaming the next test for a task whose loop is closed",
        "let the message be logged",
        _has("asyncio:Task", "_log_destroy_pending"),
    ),
    Foundation(
        "_queue",
        "``_init``, ``_put`` and ``_queue`` of ``asyncio.Queue``",
        "tells who waits that something was sent; reads a queue without taking from it",
        "keep a queue of our own",
        _all(_has("asyncio:Queue", "_init", "_put"), _sets("asyncio:Queue._init", "_queue")),
    ),
    # concurrent.futures, multiprocessing
    Foundation(
        "_threads_queues",
        "``concurrent.futures.thread._threads_queues``",
        "tells the threads of executors from others",
        "find them by their names",
        _has("concurrent.futures.thread", "_threads_queues"),
    ),
    Foundation(
        "thread._worker.__code__",
        "the code object of ``concurrent.futures.thread._worker``",
        "tells an idle thread of an executor from one that is at work",
        "find the frame in which the threads of an executor wait for work",
        _keeps_waiting_code,
    ),
    Foundation(
        "_worker",
        "``concurrent.futures.thread._worker``",
        "the same",
        "the same",
        _has("concurrent.futures.thread", "_worker"),
    ),
    Foundation(
        "_config",
        "``_config`` of a ``multiprocessing`` process",
        "starts the server's process from a worker of Django's parallel runner, which is a daemon",
        "run the tests one after another, or serve in a thread",
        lambda: (
            "daemon" in inspect.getsource(_of("multiprocessing.process:BaseProcess.start"))
            and isinstance(_of("multiprocessing:current_process")()._config, dict)
        ),
    ),
    # asgiref
    *(
        Foundation(
            f"asgiref.{name} =",
            f"``{name}`` of ``asgiref.sync.SyncToAsync``",
            why,
            "look for where ``SyncToAsync.__call__`` takes its executor from",
            _all(
                _has("asgiref.sync:SyncToAsync", name),
                lambda name=name: (  # type: ignore[misc]
                    f"self.{name}" in inspect.getsource(_of("asgiref.sync:SyncToAsync.__call__"))
                ),
            ),
        )
        for name, why in [
            ("single_thread_executor", "has thread-sensitive calls use the test's connections"),
            ("context_to_thread_executor", "does so for the contexts of Django's requests"),
        ]
    ),
    Foundation(
        "_executor",
        "``_executor`` of ``asgiref.sync.ThreadSensitiveContext``, None or missing by default",
        "tells an executor that asgiref made for a context from one that somebody brought",
        "look for how ``SyncToAsync.__call__`` fills ``context_to_thread_executor``",
        lambda: getattr(_of("asgiref.sync:ThreadSensitiveContext")(), "_executor", None) is None,
    ),
    Foundation(
        "threadlocal",
        "``threadlocal.main_event_loop`` and ``main_event_loop_pid`` of ``SyncToAsync``",
        "has ``async_to_sync`` in a thread-sensitive call use the stage's loop",
        "look for where ``AsyncToSync.__init__`` finds the loop of its thread",
        lambda: all(
            name in inspect.getsource(_of("asgiref.sync:AsyncToSync"))
            for name in ("main_event_loop", "main_event_loop_pid")
        ),
    ),
    Foundation(
        "thread_handler",
        "``SyncToAsync.thread_handler``, which runs a call in its thread",
        "names the call that a thread runs in an error",
        "name the wrapper instead",
        _has("asgiref.sync:SyncToAsync", "thread_handler"),
    ),
    Foundation(
        "AsyncToSync.executors.current",
        "``asgiref.sync.AsyncToSync.executors``",
        "gives a forked server process executors of its own",
        "start server processes with ``spawn``",
        _has("asgiref.sync:AsyncToSync", "executors"),
    ),
    *(
        Foundation(
            mark,
            f"``{mark}`` of applications",
            "tells an ASGI application from a consumer of Channels 1",
            "look for the marks that ``asgiref.compatibility.is_double_callable`` reads",
            lambda mark=mark: (  # type: ignore[misc]
                mark in inspect.getsource(_of("asgiref.compatibility"))
            ),
        )
        for mark in ("_asgi_single_callable", "_asgi_double_callable")
    ),
    # Channels
    Foundation(
        "Patch(consumer.async_to_sync)",
        "``async_to_sync`` of ``channels.consumer``, which gives a SyncConsumer its ``send``",
        "lets a synchronous consumer send without a detour over the event loop",
        "leave the patch out: it is slower, not wrong",
        lambda: _of("channels.consumer:async_to_sync") is _of("asgiref.sync:async_to_sync"),
    ),
    Foundation(
        'f_locals["close"]',
        "the variable ``close`` of ``WebsocketConsumer.send`` and of its asynchronous twin",
        "a message of Channels 1 has the frame and its close together",
        "let the close follow as a message of its own",
        _all(
            _variables("channels.generic.websocket:WebsocketConsumer.send", "close"),
            _variables("channels.generic.websocket:AsyncWebsocketConsumer.send", "close"),
        ),
    ),
    Foundation(
        "AsyncConsumer.__call__.__code__",
        "the code object of ``AsyncConsumer.__call__``",
        "tells a consumer that asks for its own channel from others",
        "look for the function that calls ``new_channel``",
        lambda: "new_channel" in _of("channels.consumer:AsyncConsumer.__call__").__code__.co_names,
    ),
    Foundation(
        'f_locals["self"]',
        "the variable ``self`` of ``AsyncConsumer.__call__`` and of unittest's ``run``",
        "finds the consumer instance, and the test case that runs",
        "look for the variable that holds the instance",
        _all(
            _variables("channels.consumer:AsyncConsumer.__call__", "self"),
            _variables("unittest:TestCase.run", "self"),
        ),
    ),
    Foundation(
        "await_many_dispatch.__code__",
        "the code object of ``channels.utils.await_many_dispatch``",
        "tells a consumer that waits for its next event from one that is busy",
        'leave the words "for its next event" out of the error',
        lambda: (
            "await_many_dispatch"
            in _of("channels.consumer:AsyncConsumer.__call__").__code__.co_names
        ),
    ),
    Foundation(
        "_make_backend",
        "``_make_backend(name, config)`` of ``channels.layers.ChannelLayerManager``",
        "lets Channels read the layers of a Channels 1 project",
        "look for where the manager refuses the key ROUTING",
        _accepts("channels.layers:ChannelLayerManager._make_backend", "self", "name", "config"),
    ),
    Foundation(
        "modern_layers.backends =",
        "``backends`` of ``channels.layers.ChannelLayerManager``",
        "gives a live test the test layers, and the others back after it",
        "look for where the manager keeps what it has made",
        lambda: isinstance(_of("channels.layers:channel_layers").backends, dict),
    ),
    Foundation(
        "ChannelsConfig.ready =",
        "``ready`` of ``channels.apps.ChannelsConfig``, which does nothing",
        "registers the data bindings whichever app config the project names",
        "call what is there as well",
        lambda: (
            "ready" not in vars(_of("channels.apps:ChannelsConfig"))
            or _of("channels.apps:ChannelsConfig").ready.__module__.startswith("channeltest")
        ),
    ),
    *(
        Foundation(
            f"consumer.{name} =",
            f"``AsyncConsumer`` and ``SyncConsumer`` have no class attribute ``{name}``",
            "lets modern consumers take the replies of Channels 1",
            "look at what Channels means by it, and choose another name",
            lambda name=name: (  # type: ignore[misc]
                name
                not in inspect.getsource(_of("channels.consumer:AsyncConsumer")).replace(
                    f"self.{name}", ""
                )
            ),
        )
        for name in ("channel_receive", "channels1_reply")
    ),
    Foundation(
        "AsyncConsumer.as_route =",
        "``AsyncConsumer`` has no ``as_route`` of its own",
        "gives modern consumers what routes of Channels 1 are made with",
        "look at what Channels means by it",
        lambda: _of("channels.consumer:AsyncConsumer").as_route.__module__.startswith(
            "channeltest"
        ),
    ),
    Foundation(
        "_clean_expired",
        "``channels`` and ``_clean_expired`` of ``channels.layers.InMemoryChannelLayer``",
        "reads the messages that wait",
        "look for where the layer keeps them",
        _all(
            _has("channels.layers:InMemoryChannelLayer", "_clean_expired"),
            lambda: isinstance(_of("channels.layers:InMemoryChannelLayer")().channels, dict),
        ),
    ),
    # channels_redis
    Foundation(
        "receive_count",
        "``receive_count``, ``client_prefix`` and ``hosts`` of channels_redis' layer",
        "lets several event loops of a process read its channels",
        "give each loop a layer of its own from the start",
        _sets("channels_redis.core:RedisChannelLayer", "receive_count", "client_prefix", "hosts"),
    ),
    Foundation(
        "consistent_hash",
        "``consistent_hash`` of channels_redis' layer",
        "finds the server that a channel's messages are on",
        "use the function that channels_redis chooses a server with",
        _has("channels_redis.core:RedisChannelLayer", "consistent_hash"),
    ),
    # Django
    Foundation(
        "Patch(BaseDatabaseWrapper.close_if_unusable_or_obsolete)",
        "``close_if_unusable_or_obsolete`` of database connections",
        "``close_old_connections`` must not close a test's connection",
        "look for what ``django.db.close_old_connections`` calls",
        lambda: (
            "close_if_unusable_or_obsolete"
            in _of("django.db:close_old_connections").__code__.co_names
        ),
    ),
    Foundation(
        "Patch(module.aclose_old_connections)",
        "``channels.db.aclose_old_connections``",
        "has consumers not go to a thread to close nothing",
        "leave the patch out: it is slower, not wrong",
        _has("channels.db", "aclose_old_connections"),
    ),
    Foundation(
        "handler.create_connection =",
        "``create_connection(alias)`` of ``django.db.connections``",
        "gives each thread of a live server the test's connection",
        "look for what ``BaseConnectionHandler.__getitem__`` calls",
        lambda: (
            "create_connection"
            in _of("django.utils.connection:BaseConnectionHandler.__getitem__").__code__.co_names
        ),
    ),
    Foundation(
        "_thread_ident",
        "``_thread_ident`` of a database connection",
        "closes the connections of a thread that ends, and of no other",
        "close all that the thread has opened",
        _sets("django.db.backends.base.base:BaseDatabaseWrapper.__init__", "_thread_ident"),
    ),
    Foundation(
        "_connection_pools",
        "``_connection_pools`` of PostgreSQL's wrapper, from Django 5.1 on",
        "keeps a forked server process from using its parent's pool",
        "look for where the wrapper keeps its pools",
        lambda: (
            _of("django:VERSION") < (5, 1)
            or hasattr(
                _of("django.db.backends.postgresql.base:DatabaseWrapper"), "_connection_pools"
            )
        ),
    ),
    Foundation(
        "_wrapped",
        "``_wrapped`` of ``django.conf.settings``",
        "finds what a test has overridden, for the server's process",
        "look for what ``LazySettings`` keeps the settings in",
        _has("django.conf:settings", "_wrapped"),
    ),
    *(
        Foundation(
            name,
            f"``{name}`` of Django's test cases",
            why,
            "look for where the decorators keep what they override on a class",
            _has("django.test:SimpleTestCase", name),
        )
        for name, why in [
            ("_overridden_settings", "gives the server's process what the class overrides"),
            ("_modified_settings", "gives the server's process what the class modifies"),
        ]
    ),
    Foundation(
        "_setup_and_call",
        "``_setup_and_call(result, debug)`` of Django's test cases",
        "runs an asynchronous ``setUp`` on the test's own event loop",
        "look for where Django makes a plain method of an ``async def`` test",
        _accepts("django.test:SimpleTestCase._setup_and_call", "self", "result", "debug"),
    ),
    Foundation(
        "_worker_id",
        "``django.test.runner._worker_id``",
        "gives each worker of Django's parallel runner a layer of its own",
        "look for how the runner numbers the workers' databases",
        _has("django.test.runner", "_worker_id"),
    ),
    Foundation(
        "_meta",
        "``_meta`` of models, which Django documents",
        "reads labels, fields and tables",
        "follow Django's release notes",
        _has("django.contrib.sessions.models:Session", "_meta"),
    ),
    Foundation(
        "_state",
        "``_state.adding`` of model instances, which Django documents",
        "tells a new instance from a stored one",
        "follow Django's release notes",
        lambda: _of("django.contrib.sessions.models:Session")()._state.adding is True,
    ),
    Foundation(
        "_session_key",
        "``_session_key`` of a session store",
        "gives a session the key that belongs to its reply channel",
        "make the store with the key, after it is saved",
        _has("django.contrib.sessions.backends.base:SessionBase", "_session_key"),
    ),
    Foundation(
        "_session_cache",
        "``_session_cache`` of a session store",
        "keeps a session that cannot be stored yet from being read",
        "let it be read",
        lambda: (
            "_session_cache"
            in inspect.getsource(
                _of("django.contrib.sessions.backends.base:SessionBase._get_session")
            )
        ),
    ),
    Foundation(
        "_set_content_type_params",
        "``_set_content_type_params(meta)`` of ``HttpRequest``",
        "reads the content type of a request",
        "read it from META as ``WSGIRequest`` does",
        _accepts("django.http:HttpRequest._set_content_type_params", "self", "meta"),
    ),
    Foundation(
        "_load_post_and_files",
        "``_load_post_and_files`` of ``HttpRequest``, which reads ``_body`` and ``_stream`` and "
        "sets ``_read_started``, ``_post`` and ``_files``",
        "reads the forms of a request",
        "parse the body as ``WSGIRequest`` does",
        lambda: all(
            name in inspect.getsource(_of("django.http:HttpRequest"))
            for name in (
                "_load_post_and_files",
                "_body",
                "_read_started",
                "_stream",
                "_post",
                "_files",
            )
        ),
    ),
    Foundation(
        "_get_scheme",
        "``_get_scheme`` of ``HttpRequest``",
        "gives a request its scheme",
        "look for what ``HttpRequest.scheme`` calls",
        _accepts("django.http:HttpRequest._get_scheme", "self"),
    ),
    Foundation(
        "_should_handle",
        "``_should_handle(path)`` of ``StaticFilesHandlerMixin``",
        "tells the requests for static files",
        "compare with STATIC_URL",
        _accepts(
            "django.contrib.staticfiles.handlers:StaticFilesHandlerMixin._should_handle",
            "self",
            "path",
        ),
    ),
    Foundation(
        "_raw_ipv6",
        "``_raw_ipv6`` of the command ``runserver``",
        "prints the address that is served",
        "look for how the command keeps the address",
        _sets("django.core.management.commands.runserver:Command.handle", "_raw_ipv6"),
    ),
    Foundation(
        "StaticRunserverCommand.__bases__ =",
        "the command ``runserver`` of staticfiles, which has one base",
        "lets it inherit from the one of Channels 1, as 1.1.8 did",
        'list "channels" before staticfiles in INSTALLED_APPS',
        lambda: (
            len(_of("django.contrib.staticfiles.management.commands.runserver:Command").__bases__)
            == 1
        ),
    ),
    # unittest
    Foundation(
        "_testMethodName",
        "``_testMethodName`` of a test case",
        "finds the method that runs",
        "take the end of ``id()``",
        lambda: _of("unittest:TestCase")()._testMethodName == "runTest",
    ),
    Foundation(
        "_cleanups",
        "``_cleanups`` of a test case, a list that is worked off from its end",
        "has a call made behind all other cleanups",
        "register the cleanup before the test's own",
        lambda: _of("unittest:TestCase")()._cleanups == [],
    ),
    Foundation(
        "_outcome",
        "``_outcome.result`` of a test case, and ``_outcome.errors`` in Python 3.10",
        "shows the record below a failure",
        "look for where ``TestCase.run`` hands failures to the result",
        _all(
            lambda: _of("unittest:TestCase")()._outcome is None,
            _sets("unittest.case:_Outcome", "result"),
        ),
    ),
    *(
        Foundation(
            name,
            f"``{name}`` of a test case",
            why,
            "look for what ``TestCase.run`` calls",
            lambda name=name: (  # type: ignore[misc]
                f"self.{name}(" in inspect.getsource(_of("unittest:TestCase"))
            ),
        )
        for name, why in [
            ("_callSetUp", "sets up on the event loop of an ``async def`` test"),
            ("_callTearDown", "tears down on the event loop of an ``async def`` test"),
            ("_callTestMethod", "shows the record below a failure"),
            ("_callCleanup", "shows the record below a failure of a cleanup"),
        ]
    ),
    # pytest
    *(
        Foundation(
            name,
            f"``{variable}``, a variable of pytest's ``{name}``",
            "finds the function or the fixture that runs",
            "look for the function that runs it",
            _variables(f"{module}:{name}", variable),
        )
        for module, name, variable in [
            ("_pytest.fixtures", "pytest_fixture_setup", "request"),
            ("_pytest.python", "pytest_pyfunc_call", "pyfuncitem"),
        ]
    ),
    Foundation(
        "_setupstate",
        "``_setupstate.stack[node][0]`` of a pytest session, the list of its finalizers",
        "has a call made behind the teardown of all fixtures",
        "look for where ``SetupState.addfinalizer`` keeps them",
        lambda: (
            "self.stack[node]" in inspect.getsource(_of("_pytest.runner:SetupState.addfinalizer"))
        ),
    ),
    # uvicorn
    Foundation(
        "capture_signals",
        "``capture_signals``, ``main_loop``, ``on_tick``, ``shutdown`` of ``uvicorn.Server``",
        "starts and stops a server at once and in any thread",
        "look for what ``Server.serve`` and ``_serve`` call",
        _all(
            _has("uvicorn:Server", "capture_signals"),
            _accepts("uvicorn:Server.main_loop", "self"),
            _accepts("uvicorn:Server.on_tick", "self", "counter"),
            _accepts("uvicorn:Server.shutdown", "self", "sockets"),
        ),
    ),
    Foundation(
        "server_state",
        "``servers`` and ``server_state`` (``connections``, ``tasks``) of ``uvicorn.Server``",
        "closes the connections and ends the applications of a server",
        "look for what ``Server.shutdown`` closes",
        _all(
            _has("uvicorn.server:ServerState"),
            lambda: {"connections", "tasks"} <= vars(_of("uvicorn.server:ServerState")()).keys(),
            lambda: "self.servers" in inspect.getsource(_of("uvicorn:Server")),
        ),
    ),
]

# Private names that need no row: they are ours, or a module's that may well be missing.
EXEMPT = {
    "_binding_group_names": "our own mark, on the instances of a project's models",
    "_channels1_": "the beginning of our own marks on modules",
    "_channels1_homes": "our own mark on modules",
    "_channels1_twins": "our own mark on modules",
    "_channels": "of our own layers in memory",
    "_groups": "of our own layers in memory",
    "_pydevd_bundle": "the name of a debugger's module",
    "_pydevd_sys_monitoring": "the name of a debugger's module",
    "_exit": "``os._exit``, which Python documents",
}
