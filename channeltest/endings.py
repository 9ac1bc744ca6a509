"""Finds out when a test ends that is none of our test cases.

A client may be used in any of Django's test cases, or in a pytest function. Nobody tells it when
the test is over, but whoever runs the test is further up the stack and can be asked to.
"""

from __future__ import annotations

import sys
import unittest
from collections.abc import Callable
from typing import Any


def at_end_of_test(call: Callable[[], Any]) -> bool:
    """Have ``call`` called when the test ends that is running further up the stack.

    Args:
        call: Called without arguments: as a cleanup of a unittest test case, so after its
            ``tearDown``, or as a finalizer of a pytest function or of the fixture being made.

    Returns:
        Whether there is such a test.
    """
    frame = sys._getframe(1)
    while frame is not None:
        owner = frame.f_locals.get("self")
        if isinstance(owner, unittest.TestCase):
            owner.addCleanup(call)
            return True
        for function, name in _PYTEST:
            if frame.f_code.co_name == function and name in frame.f_locals:
                frame.f_locals[name].addfinalizer(call)
                return True
        if frame.f_back is None:
            return False
        frame = frame.f_back
    return False


# Functions of pytest that run tests and fixtures, and what of theirs takes finalizers.
_PYTEST = (("pytest_fixture_setup", "request"), ("pytest_pyfunc_call", "pyfuncitem"))
