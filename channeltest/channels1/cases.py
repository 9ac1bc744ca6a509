"""The test cases of Channels 1: every test has channel layers of its own."""

from __future__ import annotations

import sys
import unittest
from collections.abc import Callable, Sequence
from inspect import CO_COROUTINE
from typing import TYPE_CHECKING, Any, Protocol

from channels import DEFAULT_CHANNEL_LAYER
from django.test import TestCase, TransactionTestCase

from ..bridge.isolation import Isolation
from ..bridge.registry import connections
from ..bridge.scope import message_of
from ..compat.advice import with_note
from ..compat.asgi import channel_layers
from ..compat.inmemory import ChannelLayer
from ..compat.message import Message
from ..database.sharing import KEEP_OPEN
from ..layers.wire import Wire
from ..patching import Patches
from ..record.failures import ShowsRecord
from ..stage.stage import Stage
from .client import replaceable
from .layer_in_use import no_message

# Failures show the test and the consumer, not what runs them.
__tracebackhide__ = True

# A suite may patch the name where 1.1.8 had it, in ``channels.test.base``, to use other layers.
InMemoryChannelLayer: Any = ChannelLayer

if TYPE_CHECKING:
    _Base = unittest.TestCase
else:
    _Base = object


class _RunsTwice(Protocol):
    """The attribute ``channeltest_parity`` of a test that `channeltest.parity` decorates."""

    running: bool

    def run(self, case: unittest.TestCase, result: Any, run: Callable[[Any], Any]) -> None: ...
    def debug(self, debug: Callable[[], Any]) -> None: ...


class ChannelTestCaseMixin(ShowsRecord, _Base):
    """Replaces the configured layers by captive ones for every test and for the class's set-up.

    Mix it into a test case of Django's, or of a library that builds on Django's.

    Attributes:
        test_channel_aliases: Aliases of the layers to swap (list of str).
        wire: What the layers do with a message that no real layer could carry exactly:
            ``"lenient"`` deep-copies it with a warning, ``"strict"`` raises
            `channeltest.WireError`.
        stage_bound: Real seconds in which modern applications have to come to rest whenever
            the test waits for them; by default ``CHANNELTEST = {"STAGE_BOUND": …}`` of the
            settings, or 10.

    Source: Channels 1.1.8. There the class's set-up runs on the configured layers.
    """

    test_channel_aliases: Sequence[str] = [DEFAULT_CHANNEL_LAYER]
    wire: Wire = "lenient"
    stage_bound: float | None = None

    # None for a test that is skipped.
    _isolation: Isolation | None = None

    @classmethod
    def _make_isolation(cls, **options: Any) -> Isolation:
        """Return the isolation of the class or of a test; ``options`` replace its arguments."""
        # A suite may have attributes of its own with the same names.
        wire, bound = cls.wire, cls.stage_bound
        if not isinstance(wire, str):
            wire = "lenient"
        if bound is not None and not isinstance(bound, int | float):
            bound = None
        if InMemoryChannelLayer is not ChannelLayer:
            options["make"] = InMemoryChannelLayer
        # Overrides of the class's settings, and those around `_pre_setup`, may add aliases.
        ours = {"aliases": cls.test_channel_aliases, "channels1": True, "skips_unknown": True}
        return Isolation(wire=wire, bound=bound, **{**ours, **options})

    @classmethod
    def setUpClass(cls) -> None:
        """Set the class up, ``setUpTestData`` included, on captive layers of its own."""
        isolation = cls._make_isolation(shares=False)
        isolation.start()
        cls.addClassCleanup(isolation.stop)
        connections_kept = Patches(*KEEP_OPEN)
        connections_kept.start()
        cls.addClassCleanup(connections_kept.stop)
        super().setUpClass()

    def __call__(self, result: Any = None) -> None:
        """Run the test on captive layers of its own."""
        method = getattr(self, self._testMethodName, None)
        if self._is_skipped(method):
            super().__call__(result)
            return
        both = _parity(method)
        if both is not None:
            both.run(self, result, self.__call__)
            return
        isolation = self._make_isolation(shares=_is_async(method))
        self._isolation = isolation
        try:
            isolation.start()
        except Exception:
            if result is None:
                raise
            self._report_set_up(result)
            return
        try:
            super().__call__(result)
        finally:
            isolation.stop()
            del self._isolation

    def run(self, result: Any = None) -> Any:
        """Run the test, and end its applications before its transaction is rolled back."""
        try:
            if self._isolation is not None:
                self._isolation.check_aliases()
        except Exception:
            if result is None:
                raise
            self._report_set_up(result)
            return result
        outcome = super().run(result)
        try:
            if self._isolation is not None:
                self._isolation.end_connections()
        except Exception:
            if result is None:
                raise
            result.addError(self, sys.exc_info())
        return outcome

    def debug(self) -> None:
        """Run the test on captive layers of its own, without collecting a result."""
        method = getattr(self, self._testMethodName, None)
        both = None if self._is_skipped(method) else _parity(method)
        if both is not None:
            both.debug(self.debug)
            return
        isolation = self._make_isolation(shares=_is_async(method))
        isolation.start()
        try:
            super().debug()
        finally:
            isolation.stop()

    def _report_set_up(self, result: Any) -> None:
        """Report the present exception as unittest reports that of a set-up."""
        result.startTest(self)
        result.addError(self, sys.exc_info())
        result.stopTest(self)

    def _is_skipped(self, method: object) -> bool:
        # A class that is skipped is not set up, and its layers may not exist.
        skips = "__unittest_skip__"
        return getattr(type(self), skips, False) or getattr(method, skips, False)

    @replaceable
    def stage(self) -> Stage:
        """The stage of this test's modern applications; `Stage.advance` moves its clock."""
        return connections().stage

    def get_next_message(
        self, channel: str, alias: str = DEFAULT_CHANNEL_LAYER, require: bool = False
    ) -> Message | None:
        """Take the next message off ``channel``.

        Args:
            channel: The channel's name.
            alias: The layer's alias.
            require: Fail the test when there is none.

        Returns:
            The message, or ``None``.

        Raises:
            AssertionError: ``require`` is set and there is none; a note names what waits.
            TypeError: The name is not valid.
        """
        connections().settle()
        layer = channel_layers[alias]
        name, content = layer.receive_many([channel])
        if name is None:
            if require:
                failure = self.failureException(
                    f"Expected a message on channel {channel}, got none"
                )
                raise with_note(failure, no_message(layer, channel))
            return None
        return message_of(content, name, layer, Message)


def _parity(method: object) -> _RunsTwice | None:
    """Return the `parity` that runs a test twice; ``None`` without one, or while it runs."""
    both: _RunsTwice | None = getattr(method, "channeltest_parity", None)
    return None if both is None or both.running else both


def _is_async(method: object) -> bool:
    code = getattr(method, "__code__", None)
    return code is not None and bool(code.co_flags & CO_COROUTINE)


class ChannelTestCase(ChannelTestCaseMixin, TestCase):
    """Django's ``TestCase`` on captive channel layers."""


class TransactionChannelTestCase(ChannelTestCaseMixin, TransactionTestCase):
    """Django's ``TransactionTestCase`` on captive channel layers."""
