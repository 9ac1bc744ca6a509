"""Sets up what the interpreter has: Channels 1.1.8 on Django 1.11, or channeltest on today's."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import sys
import unittest
import warnings
from typing import Any, Callable, Iterator

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


@contextlib.contextmanager
def environment() -> Iterator[None]:
    """Django set up with ``tests.differential.settings`` and an empty in-memory test database."""
    if ROOT not in sys.path:
        sys.path.insert(0, ROOT)
    # 1.x deprecates its own names on import, and Django 1.11 is older than Python 3.8's warnings.
    warnings.simplefilter("ignore")
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.differential.settings"
    import django

    django.setup()
    from channels.log import handler
    from django.conf import settings
    from django.test.utils import get_runner, setup_test_environment, teardown_test_environment

    # The management commands log to standard error; the scenarios read the loggers instead.
    handler.setStream(io.StringIO())
    runner = get_runner(settings)(verbosity=0, interactive=False)
    setup_test_environment()
    databases = runner.setup_databases()
    try:
        yield
    finally:
        runner.teardown_databases(databases)
        teardown_test_environment()


def run_in_case(body: Callable[[Any], None]) -> str:
    """Runs ``body(case)`` in a fresh ``ChannelTestCase``; returns its traceback, or ``""``."""
    from channels.test import ChannelTestCase

    class Case(ChannelTestCase):  # type: ignore[misc]
        test_channel_aliases = ["default", "second", "plain"]

        def runTest(self) -> None:
            body(self)

    return run_tests(Case)


def run_tests(case: type) -> str:
    """Runs the ``runTest`` of a test case class; returns its traceback, or ``""``."""
    result = unittest.TestResult()
    unittest.TestSuite([case("runTest")]).run(result)
    return "\n".join(text for _, text in result.errors + result.failures)


def tidy() -> None:
    """Undoes what a scenario leaves in the process: pending messages and the loggers' handlers."""
    from channels.message import pending_message_store

    for name in ("django.channels", "daphne.ws_protocol", "daphne.http_protocol", "daphne.server"):
        logger = logging.getLogger(name)
        logger.handlers[:] = []
        logger.setLevel(logging.NOTSET)
        logger.propagate = True

    pending_message_store.prepare()
    pending_message_store.send_and_flush()
