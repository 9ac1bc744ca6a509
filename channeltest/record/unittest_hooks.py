"""Failing tests show their conversation."""

from __future__ import annotations

import contextlib
import unittest
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from .entries import is_failure

if TYPE_CHECKING:

    class _Base(unittest.TestCase):
        # unittest's own steps, which its stubs leave out.
        def _callSetUp(self) -> None: ...
        def _callTestMethod(self, method: Callable[[], Any]) -> None: ...
        def _callTearDown(self) -> None: ...
        def _callCleanup(self, function: Any, /, *args: Any, **kwargs: Any) -> None: ...

else:
    _Base = object

# unittest and pytest leave frames of modules with this name out of tracebacks.
__unittest = True


class ShowsConversation(_Base):
    """Notes the conversation on the exception that fails a test of any of unittest's cases.

    Each of the steps of a test is wrapped, and each subtest, because unittest reports what they
    raise as soon as they have raised it.
    """

    def _callSetUp(self) -> None:
        try:
            super()._callSetUp()
        except BaseException as error:
            self._show(error)
            raise

    def _callTestMethod(self, method: Callable[[], Any]) -> None:
        try:
            super()._callTestMethod(method)
        except BaseException as error:
            self._show(error)
            raise

    def _callTearDown(self) -> None:
        try:
            super()._callTearDown()
        except BaseException as error:
            self._show(error)
            raise

    def _callCleanup(self, function: Any, /, *args: Any, **kwargs: Any) -> None:
        try:
            super()._callCleanup(function, *args, **kwargs)
        except BaseException as error:
            self._show(error)
            raise

    @contextlib.contextmanager
    def subTest(self, *args: Any, **params: Any) -> Iterator[None]:
        """Run a block of the test as a subtest: unittest's own, which shows the conversation."""
        with super().subTest(*args, **params):
            try:
                yield
            except BaseException as error:
                self._show(error)
                raise

    def _show(self, error: BaseException) -> None:
        method = getattr(self, self._testMethodName, None)
        marked = (self, method, getattr(method, "__func__", None))
        expected = any(getattr(each, "__unittest_expecting_failure__", False) for each in marked)
        if is_failure(error) and not expected:
            from .tracing import show  # only for tests that fail

            show(error)
