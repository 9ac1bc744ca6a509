"""Finds out when a test ends that is none of our test cases.

A client may be used in any of Django's test cases, or in a pytest function. Nobody tells it when
the test is over, but whoever runs the test is further up the stack and can be asked to.
"""

from __future__ import annotations

import sys
import threading
import unittest
from collections.abc import Callable
from types import FrameType
from typing import Any


def at_end_of_test(call: Callable[[], Any]) -> bool:
    """Have ``call`` called when the test ends that is running further up the stack.

    Args:
        call: Called without arguments: as a cleanup of a unittest test case, so after its
            ``tearDown``, or as a finalizer of a pytest function or of the fixture being made.

    Returns:
        Whether there is such a test.
    """
    return _at_end(call, sys._getframe(1))


def at_end_of_waiting_test(call: Callable[[], Any]) -> bool:
    """Have ``call`` called when the test ends that waits in the main thread for this one.

    Args:
        call: As for `at_end_of_test`; it is called in the main thread.

    Returns:
        Whether there is such a test.
    """
    main = threading.main_thread()
    if main is threading.current_thread():
        return False
    return _at_end(call, sys._current_frames().get(main.ident or 0))


def _at_end(call: Callable[[], Any], frame: FrameType | None) -> bool:
    while frame is not None:
        owner = frame.f_locals.get("self")
        if isinstance(owner, unittest.TestCase):
            owner.addCleanup(call)
            return True
        for function, name in _PYTEST:
            if frame.f_code.co_name == function and name in frame.f_locals:
                frame.f_locals[name].addfinalizer(call)
                return True
        frame = frame.f_back
    return False


# Functions of pytest that run tests and fixtures, and what of theirs takes finalizers.
_PYTEST = (("pytest_fixture_setup", "request"), ("pytest_pyfunc_call", "pyfuncitem"))
