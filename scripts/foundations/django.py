"""What the package leans on in Django."""

from __future__ import annotations

import inspect

from .row import Foundation, accepts, has, of, sets

ROWS = [
    # Django
    Foundation(
        "Patch(BaseDatabaseWrapper.close_if_unusable_or_obsolete)",
        "``close_if_unusable_or_obsolete`` of database connections",
        "``close_old_connections`` must not close a test's connection",
        "look for what ``django.db.close_old_connections`` calls",
        lambda: (
            "close_if_unusable_or_obsolete"
            in of("django.db:close_old_connections").__code__.co_names
        ),
    ),
    Foundation(
        "Patch(module.aclose_old_connections)",
        "``channels.db.aclose_old_connections``",
        "has consumers not go to a thread to close nothing",
        "leave the patch out: it is slower, not wrong",
        has("channels.db", "aclose_old_connections"),
    ),
    Foundation(
        "Patch(connections.create_connection)",
        "``create_connection(alias)`` of ``django.db.connections``",
        "gives each thread of a live server the test's connection",
        "look for what ``BaseConnectionHandler.__getitem__`` calls",
        lambda: (
            "create_connection"
            in of("django.utils.connection:BaseConnectionHandler.__getitem__").__code__.co_names
        ),
    ),
    Foundation(
        "Patch(BaseDatabaseWrapper.on_commit)",
        "``on_commit(func, robust=False)`` of database connections",
        "tells what a function that waits for the commit follows from",
        "leave the step out of the record",
        accepts("django.db.backends.base.base:BaseDatabaseWrapper.on_commit", "self", "func"),
    ),
    Foundation(
        "Patch(TestCase.captureOnCommitCallbacks)",
        "``captureOnCommitCallbacks(using, execute)`` of ``django.test.TestCase``",
        "captures on an event loop, where Django's own looks at another thread's connections",
        "leave the patch out: an ``async def`` test then captures nothing",
        accepts("django.test:TestCase.captureOnCommitCallbacks", "using", "execute"),
    ),
    *(
        Foundation(
            f"Patch(Signal.{name})",
            f"``{name}(sender, **named)`` of ``django.dispatch.Signal``",
            "records the signals that a comparison asks for",
            "record those of receivers that are connected for it",
            lambda name=name: (
                (  # type: ignore[misc]
                    name.startswith("a") and of("django:VERSION") < (5, 0)
                )
                or accepts(f"django.dispatch:Signal.{name}", "self", "sender")()
            ),
        )
        for name in ("send", "send_robust", "asend", "asend_robust")
    ),
    Foundation(
        "Patch(TestCase.run)",
        "``run(result)`` of ``unittest.TestCase``, which subclasses may override",
        "records a test, and fails it where it differs from its record",
        "record in a test runner and a result class of our own",
        accepts("unittest:TestCase.run", "self", "result"),
    ),
    Foundation(
        "Patch(TransactionTestCase.run)",
        "``run(result)`` of ``django.test.TransactionTestCase``, likewise",
        "has keys begin anew for a test whose suite is recorded",
        "set ``reset_sequences`` on test cases that are recorded",
        accepts("django.test:TransactionTestCase.run", "self", "result"),
    ),
    Foundation(
        "Patch(SimpleTestCase.setUpClass)",
        "``setUpClass()`` of ``django.test.SimpleTestCase``, which pytest-django calls, too",
        "has keys begin anew before a class stores its data",
        "look for what enters the transaction of a class",
        lambda: isinstance(vars(of("django.test:SimpleTestCase"))["setUpClass"], classmethod),
    ),
    Foundation(
        "Patch(DiscoverRunner.run_suite)",
        "``run_suite(suite)`` of ``django.test.runner.DiscoverRunner``",
        "begins and ends the record of a suite",
        "name a test runner of our own in ``TEST_RUNNER``",
        accepts("django.test.runner:DiscoverRunner.run_suite", "self", "suite"),
    ),
    Foundation(
        "Patch(mail.outbox)",
        "``django.core.mail.outbox``, which Django documents",
        "compares the mails of two runs",
        "follow Django's release notes",
        lambda: "outbox" in inspect.getsource(of("django.core.mail.backends.locmem")),
    ),
    Foundation(
        "_base_manager",
        "``_base_manager`` of models, which Django documents",
        "compares the rows of two runs",
        "follow Django's release notes",
        lambda: hasattr(of("django.db.models:Model").__class__, "_base_manager"),
    ),
    Foundation(
        "_setup",
        "``_setup`` and ``_wrapped`` of lazy objects",
        "records a lazy object without evaluating it",
        "record the name of its class only",
        has("django.utils.functional:LazyObject", "_setup", "_wrapped"),
    ),
    Foundation(
        "_thread_ident",
        "``_thread_ident`` of a database connection",
        "closes the connections of a thread that ends, and of no other",
        "close all that the thread has opened",
        sets("django.db.backends.base.base:BaseDatabaseWrapper.__init__", "_thread_ident"),
    ),
    Foundation(
        "_connection_pools",
        "``_connection_pools`` of PostgreSQL's wrapper, from Django 5.1 on",
        "keeps a forked server process from using its parent's pool",
        "look for where the wrapper keeps its pools",
        lambda: (
            of("django:VERSION") < (5, 1)
            or hasattr(
                of("django.db.backends.postgresql.base:DatabaseWrapper"), "_connection_pools"
            )
        ),
    ),
    Foundation(
        "Patch(settings._wrapped)",
        "``_wrapped`` of ``django.conf.settings``, and that setting it empties the cache",
        "starts the server of a class with the settings of the class",
        "look for what ``LazySettings`` keeps the settings in",
        lambda: "_wrapped" in of("django.conf:LazySettings.__setattr__").__code__.co_consts,
    ),
    Foundation(
        "_wrapped",
        "``_wrapped`` of ``django.conf.settings``",
        "finds what a test has overridden, for the server's process",
        "look for what ``LazySettings`` keeps the settings in",
        has("django.conf:settings", "_wrapped"),
    ),
    *(
        Foundation(
            name,
            f"``{name}`` of Django's test cases",
            why,
            "look for where the decorators keep what they override on a class",
            has("django.test:SimpleTestCase", name),
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
        accepts("django.test:SimpleTestCase._setup_and_call", "self", "result", "debug"),
    ),
    Foundation(
        "SimpleTestCase._setup_and_call.__code__",
        "the code object of ``_setup_and_call`` of Django's test cases, whose ``self`` is the test",
        "finds the test that is set up before unittest's ``run``, to add a cleanup",
        "look for the method that calls ``_pre_setup``",
        lambda: (
            "self._pre_setup()"
            in inspect.getsource(of("django.test:SimpleTestCase._setup_and_call"))
        ),
    ),
    Foundation(
        "_worker_id",
        "``django.test.runner._worker_id``",
        "gives each worker of Django's parallel runner a layer of its own",
        "look for how the runner numbers the workers' databases",
        has("django.test.runner", "_worker_id"),
    ),
    Foundation(
        "_meta",
        "``_meta`` of models, which Django documents",
        "reads labels, fields and tables",
        "follow Django's release notes",
        has("django.contrib.sessions.models:Session", "_meta"),
    ),
    Foundation(
        "_state",
        "``_state.adding`` of model instances, which Django documents",
        "tells a new instance from a stored one",
        "follow Django's release notes",
        lambda: of("django.contrib.sessions.models:Session")()._state.adding is True,
    ),
    Foundation(
        "_session_key",
        "``_session_key`` of a session store",
        "gives a session the key that belongs to its reply channel",
        "make the store with the key, after it is saved",
        has("django.contrib.sessions.backends.base:SessionBase", "_session_key"),
    ),
    Foundation(
        "_set_content_type_params",
        "``_set_content_type_params(meta)`` of ``HttpRequest``",
        "reads the content type of a request",
        "read it from META as ``WSGIRequest`` does",
        accepts("django.http:HttpRequest._set_content_type_params", "self", "meta"),
    ),
    Foundation(
        "_load_post_and_files",
        "``_load_post_and_files`` of ``HttpRequest``, which reads ``_body`` and ``_stream`` and "
        "sets ``_read_started``, ``_post`` and ``_files``",
        "reads the forms of a request",
        "parse the body as ``WSGIRequest`` does",
        lambda: all(
            name in inspect.getsource(of("django.http:HttpRequest"))
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
        accepts("django.http:HttpRequest._get_scheme", "self"),
    ),
    Foundation(
        "_should_handle",
        "``_should_handle(path)`` of ``StaticFilesHandlerMixin``",
        "tells the requests for static files",
        "compare with STATIC_URL",
        accepts(
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
        sets("django.core.management.commands.runserver:Command.handle", "_raw_ipv6"),
    ),
    Foundation(
        "StaticRunserverCommand.__bases__ =",
        "the command ``runserver`` of staticfiles, which has one base",
        "lets it inherit from the one of Channels 1, as 1.1.8 did",
        'list "channels" before staticfiles in INSTALLED_APPS',
        lambda: (
            len(of("django.contrib.staticfiles.management.commands.runserver:Command").__bases__)
            == 1
        ),
    ),
]
