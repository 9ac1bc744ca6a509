"""Calls functions at the end of the running test, whatever kind of test it is.

A client may be used in any of Django's test cases, or in a pytest function. What runs the test is
further up the stack and accepts cleanups: unittest for a test or for the set-up of its class,
pytest for a function or a fixture.
"""

from __future__ import annotations

import sys
import threading
import unittest
from collections.abc import Callable
from types import FrameType
from typing import Any

from django.test import SimpleTestCase

from .other_threads import without_collections


def at_end_of_test(call: Callable[[], Any], last: bool = False) -> bool:
    """Call ``call`` at the end of the test that is running further up the stack.

    Args:
        call: Called without arguments: as a cleanup of a unittest test case, so after its
            ``tearDown``, or of its class while that is set up, or as a finalizer of a pytest
            function or of the fixture being made.
        last: Call it behind all other cleanups, or behind the teardown of all fixtures that live
            as long as the function, or as the fixture.

    Returns:
        Whether there is such a test.
    """
    return _at_end(call, last, sys._getframe(1))


@without_collections
def at_end_of_waiting_test(call: Callable[[], Any], last: bool = False) -> bool:
    """Call ``call`` at the end of the test that waits in the main thread for this one.

    Args:
        call: As for `at_end_of_test`; it is called in the main thread.
        last: As for `at_end_of_test`.

    Returns:
        Whether there is such a test.
    """
    main = threading.main_thread()
    if main is threading.current_thread():
        return False
    return _at_end(call, last, sys._current_frames().get(main.ident or 0))


@without_collections
def running_case() -> unittest.TestCase | None:
    """Return the test case whose test is running further up the stack, or ``None``.

    The stack may be that of the main thread, which waits for this one.
    """
    found = _case_in(sys._getframe(1))
    main = threading.main_thread()
    if found is None and main is not threading.current_thread():
        found = _case_in(sys._current_frames().get(main.ident or 0))
    return found


def _case_in(frame: FrameType | None) -> unittest.TestCase | None:
    while frame is not None:
        owner = frame.f_locals.get("self")
        if isinstance(owner, unittest.TestCase):
            return owner
        frame = frame.f_back
    return None


def _at_end(call: Callable[[], Any], last: bool, frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code in _RUNS:
            owner = frame.f_locals["self"]
            owner.addCleanup(call)
            if last:
                cleanups = owner._cleanups
                cleanups.insert(0, cleanups.pop())
            return True
        if frame.f_code is _SET_UP_CLASS:
            # It ends with the class: what its set-up makes belongs to all of its tests.
            frame.f_locals["currentClass"].addClassCleanup(call)
            return True
        for function, name in _PYTEST:
            if frame.f_code.co_name == function and name in frame.f_locals:
                _add_finalizer(frame.f_locals[name], call, last)
                return True
        frame = frame.f_back
    return False


def _add_finalizer(owner: Any, call: Callable[[], Any], last: bool) -> None:
    if last:
        # The fixture ends with the node of its request; a function is a node itself.
        node = getattr(owner, "node", owner)
        # pytest itself only adds them in front of those that are there.
        node.session._setupstate.stack[node][0].insert(0, call)
    else:
        owner.addfinalizer(call)


# Methods that run the test of their instance. A test case that runs no test has no cleanups made.
_RUNS = {
    unittest.TestCase.run.__code__,
    unittest.TestCase.debug.__code__,
    SimpleTestCase._setup_and_call.__code__,  # type: ignore[attr-defined]
}
_SET_UP_CLASS = unittest.TestSuite._handleClassSetUp.__code__  # type: ignore[attr-defined]

# Functions of pytest that run tests and fixtures, and what of theirs takes finalizers.
_PYTEST = (("pytest_fixture_setup", "request"), ("pytest_pyfunc_call", "pyfuncitem"))
