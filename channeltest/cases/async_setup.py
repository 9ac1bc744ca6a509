"""Test cases whose ``setUp`` and ``tearDown`` may be coroutines, on the loop of the test.

Django runs ``async def`` tests, each on a loop of its own, and calls ``setUp`` and ``tearDown``
as if they were plain functions: what an ``async def setUp`` would do never happens.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import weakref
from collections.abc import Awaitable, Callable, Generator
from typing import TYPE_CHECKING, Any

from asgiref.sync import async_to_sync, iscoroutinefunction, sync_to_async

if TYPE_CHECKING:
    import unittest

    class _Base(unittest.TestCase):
        # unittest's and Django's own steps, which their stubs leave out.
        def _callSetUp(self) -> None: ...
        def _callTearDown(self) -> None: ...
        def _setup_and_call(self, result: Any, debug: bool = False) -> None: ...

else:
    _Base = object

# unittest and pytest leave frames of modules with this name out of tracebacks.
__unittest = True

# The steps that were written as coroutines.
_coroutines: weakref.WeakSet[Callable[..., Any]] = weakref.WeakSet()


def step(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``method``, plain or a coroutine, as one that plain and async code can call.

    Plain code gets its result. In a running loop there is something to await, and a plain
    method then runs in the test's thread, where the database is.

    Args:
        method: A ``setUp`` or ``tearDown``.
    """
    is_coroutine = iscoroutinefunction(method)

    @functools.wraps(method)
    def call(self: Any) -> Any:
        if not _in_loop():
            return async_to_sync(method)(self) if is_coroutine else method(self)
        return method(self) if is_coroutine else _Deferred(method, self)

    if is_coroutine:
        _coroutines.add(call)
    return call


class _Deferred:
    """A plain step that async code has called, and that runs when it is awaited."""

    def __init__(self, method: Callable[..., Any], case: AsyncSteps) -> None:
        self._method = method
        self._case = case
        case._not_awaited.append(self)

    def __await__(self) -> Generator[Any, None, Any]:
        self._case._not_awaited.remove(self)
        return sync_to_async(self._method)(self._case).__await__()

    def __str__(self) -> str:
        return f"{self._method.__qualname__}()"


class AsyncSteps(_Base):
    """Awaits ``async def setUp`` and ``async def tearDown``.

    Around an ``async def`` test they run on its loop, so that they share asyncio's objects and
    what is connected stays so; around a plain one each has a loop of its own. ``await
    super().setUp()`` works whether or not the one above is a coroutine.
    """

    # Steps that were called in a loop and wait for their ``await``.
    _not_awaited: list[_Deferred]
    # Those of this test's steps that run on its loop.
    _on_loop: frozenset[str] = frozenset()
    _is_set_up = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in ("setUp", "tearDown"):
            method = getattr(cls, name)
            if name in vars(cls) or iscoroutinefunction(method):
                setattr(cls, name, step(method))

    @step
    def setUp(self) -> Any:
        """Do nothing yet; an override may be a coroutine."""
        super().setUp()

    @step
    def tearDown(self) -> Any:
        """Do nothing yet; an override may be a coroutine."""
        super().tearDown()

    async def leave_loop(self) -> None:
        """Give up what lives on the loop of an ``async def`` test; called when it is over."""

    def _setup_and_call(self, result: Any, debug: bool = False) -> None:
        name = self._testMethodName
        test = getattr(self, name)
        self._not_awaited = []
        if not iscoroutinefunction(test):
            super()._setup_and_call(result, debug)
            return
        replaced = vars(self).get(name)
        self._on_loop = frozenset(
            each for each in ("setUp", "tearDown") if _is_coroutine(getattr(self, each))
        )
        self._is_set_up = "setUp" not in self._on_loop

        @functools.wraps(test)
        async def on_one_loop() -> None:
            await self._run_on_loop(test)

        # Django makes a plain method of it.
        setattr(self, name, on_one_loop)
        try:
            super()._setup_and_call(result, debug)
        finally:
            del self._on_loop, self._is_set_up
            if replaced is None:
                delattr(self, name)
            else:
                setattr(self, name, replaced)

    async def _run_on_loop(self, test: Callable[[], Awaitable[None]]) -> None:
        try:
            if not self._is_set_up:
                await self._take("setUp")
                self._is_set_up = True
            try:
                await test()
            finally:
                if "tearDown" in self._on_loop:
                    await self.report_later(self._take("tearDown"))
        finally:
            await self.report_later(self.leave_loop())

    async def _take(self, name: str) -> None:
        outcome = getattr(self, name)()
        # pytest replaces a tearDown while it debugs.
        if inspect.isawaitable(outcome):
            await outcome
        if self._not_awaited:
            missed = self._not_awaited.pop()
            raise TypeError(
                f"{missed} was not awaited in the async {type(self).__name__}.{name}(), and did "
                f"nothing: write 'await super().{name}()'"
            )

    async def report_later(self, ending: Awaitable[None]) -> None:
        """Await an ending; what it raises does not hide what failed the test, but is added to it.

        Args:
            ending: What is awaited.
        """
        try:
            await ending
        except Exception as error:
            self.addCleanup(_raise, error)

    def _callSetUp(self) -> None:
        if "setUp" not in self._on_loop:
            super()._callSetUp()

    def _callTearDown(self) -> None:
        if self._is_set_up and "tearDown" not in self._on_loop:
            super()._callTearDown()


def _is_coroutine(method: Any) -> bool:
    return getattr(method, "__func__", None) in _coroutines


def _in_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _raise(error: Exception) -> None:
    raise error
