"""Captures on an event loop what consumers register with ``transaction.on_commit``.

Django's ``captureOnCommitCallbacks`` reads the connections of the thread that calls it, and calls
the callbacks there. In an ``async def`` test that thread runs the loop: the consumers' connections
belong to another thread, and a callback cannot use ``async_to_sync``.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from asgiref.sync import SyncToAsync, sync_to_async
from django.db import DEFAULT_DB_ALIAS
from django.test import TestCase

from ..config import stage_bound
from ..patching import Patch

_Result = TypeVar("_Result")


def call_in_database_thread(call: Callable[[], _Result]) -> _Result:
    """Make a call in the thread of thread-sensitive ``sync_to_async``; it blocks the loop.

    Args:
        call: A callable without arguments; its ``async_to_sync`` gets a loop of its own.

    Returns:
        What the call returns.

    Raises:
        AssertionError: The thread does not take the call, or the call does not end, within the
            bound of the stage.
        Exception: What the call raises.
    """
    result: concurrent.futures.Future[_Result] = concurrent.futures.Future()

    def in_thread() -> None:
        asgiref = SyncToAsync.threadlocal
        loop, asgiref.main_event_loop = asgiref.main_event_loop, None
        try:
            result.set_result(call())
        except BaseException as error:
            result.set_exception(error)
        finally:
            asgiref.main_event_loop = loop

    coroutine = sync_to_async(in_thread)()
    # Its first step submits the call; the second would need the loop.
    coroutine.send(None)
    bound = stage_bound()
    try:
        return result.result(bound)
    except concurrent.futures.TimeoutError:
        if result.done():
            raise
        raise AssertionError(
            "captureOnCommitCallbacks() did not get to the database's thread within "
            f"{bound:g} s: a synchronous call of an application is still running there, and may "
            "wait for the test's event loop. Have the test wait for the application inside the "
            "block, as with 'await communicator.receive_nothing()' (the bound is "
            "CHANNELTEST = {'STAGE_BOUND': seconds})"
        ) from None
    finally:
        coroutine.close()


@contextlib.contextmanager
def _capture(
    cls: type[TestCase], *, using: str = DEFAULT_DB_ALIAS, execute: bool = False
) -> Iterator[list[Callable[[], Any]]]:
    """Capture the callbacks of a block, as Django's own does; also on an event loop."""
    block = capturing_on_commit.original(using=using, execute=execute)
    if asyncio._get_running_loop() is None:
        with block as callbacks:
            yield callbacks
        return
    callbacks = call_in_database_thread(block.__enter__)
    try:
        yield callbacks
    except BaseException:
        failure = sys.exc_info()
        call_in_database_thread(lambda: block.__exit__(*failure))
        raise
    call_in_database_thread(lambda: block.__exit__(None, None, None))


# The fixture ``django_capture_on_commit_callbacks`` of pytest-django is this method, too.
capturing_on_commit = Patch(TestCase, "captureOnCommitCallbacks", classmethod(_capture))
