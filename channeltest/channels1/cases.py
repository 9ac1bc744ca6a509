"""The test cases of Channels 1: every test has channel layers of its own."""

from __future__ import annotations

import sys
import unittest
from collections.abc import Sequence
from inspect import CO_COROUTINE
from typing import TYPE_CHECKING, Any

from channels import DEFAULT_CHANNEL_LAYER
from django.db import connections as databases
from django.test import TestCase, TransactionTestCase

from ..bridge.registry import connections
from ..bridge.scope import content_of
from ..compat.advice import advised
from ..compat.asgi import channel_layers
from ..compat.message import Message
from ..database.kept_open import KeptConnections
from ..database.lazy_atomic import LazyAtomic
from ..layers.captive import Captivity
from ..layers.wire import Wire
from ..record.unittest_hooks import ShowsConversation
from ..stage.stage import Stage
from .waiting import waiting

if TYPE_CHECKING:
    from ..comparison.parity import parity

    _Base = unittest.TestCase

    class _TestCase(TestCase):
        # Django's own hooks, which its stubs leave out.
        atomics: dict[str, Any]

        @classmethod
        def _databases_names(cls) -> list[str]: ...
        @classmethod
        def _databases_support_transactions(cls) -> bool: ...
        @classmethod
        def _databases_support_savepoints(cls) -> bool: ...
        @classmethod
        def _enter_atomics(cls) -> dict[str, Any]: ...
        def _fixture_teardown(self) -> None: ...
        def _should_check_constraints(self, connection: Any) -> bool: ...

else:
    _Base = object
    _TestCase = TestCase


class ChannelTestCaseMixin(ShowsConversation, _Base):
    """Swaps captive layers in for the configured ones, around every test and the class's set-up.

    Mix it into any of Django's test cases, or of a library's that build on them.

    Attributes:
        test_channel_aliases: Aliases of the layers to swap (list of str).
        wire: What the layers do with a message that no real layer could carry exactly:
            ``"lenient"`` deep-copies it with a warning, ``"strict"`` raises
            `channeltest.WireError`.
        stage_bound: Real seconds in which modern applications have to come to rest whenever
            the test waits for them; by default what ``CHANNELTEST = {"STAGE_BOUND": …}`` says
            in the settings, or 10.

    Source: Channels 1.1.8, where the class's set-up still ran on the configured layers.
    """

    test_channel_aliases: Sequence[str] = [DEFAULT_CHANNEL_LAYER]
    wire: Wire = "lenient"
    stage_bound: float | None = None

    # A test that is skipped has none.
    _captivity: Captivity | None = None

    @classmethod
    def _make_captivity(cls, shares: bool = False) -> Captivity:
        return Captivity(cls.test_channel_aliases, cls.wire, cls.stage_bound, shares=shares)

    @classmethod
    def setUpClass(cls) -> None:
        """Swap layers in for what the class sets up, ``setUpTestData`` for one."""
        captivity = cls._make_captivity()
        captivity.start()
        cls.addClassCleanup(captivity.stop)
        connections_kept = KeptConnections()
        connections_kept.start()
        cls.addClassCleanup(connections_kept.stop)
        super().setUpClass()

    def __call__(self, result: Any = None) -> None:
        """Run the test on captive layers of its own."""
        both = self._parity()
        if both is not None:
            both.run(self, result, self.__call__)
            return
        if self._is_skipped():
            super().__call__(result)
            return
        captivity = self._make_captivity(self._is_async())
        self._captivity = captivity
        try:
            captivity.start()
        except Exception:
            if result is None:
                raise
            # As unittest reports a set-up that failed: an error of this test, not of the run.
            result.startTest(self)
            result.addError(self, sys.exc_info())
            result.stopTest(self)
            return
        try:
            super().__call__(result)
        finally:
            captivity.stop()
            del self._captivity

    def run(self, result: Any = None) -> Any:
        """Run the test, and end the applications it leaves behind while the database is its own."""
        outcome = super().run(result)
        try:
            if self._captivity is not None:
                self._captivity.end_connections()
        except Exception:
            if result is None:
                raise
            result.addError(self, sys.exc_info())
        return outcome

    def debug(self) -> None:
        """Run the test on captive layers of its own, without collecting a result."""
        both = self._parity()
        if both is not None:
            both.debug(self.debug)
            return
        captivity = self._make_captivity(self._is_async())
        captivity.start()
        try:
            super().debug()
        finally:
            captivity.stop()

    def _parity(self) -> parity | None:
        """What runs this test twice, unless it is doing that."""
        method = getattr(self, self._testMethodName, None)
        both: parity | None = getattr(method, "channeltest_parity", None)
        return None if both is None or both.running or self._is_skipped() else both

    def _is_async(self) -> bool:
        code = getattr(getattr(self, self._testMethodName, None), "__code__", None)
        return code is not None and bool(code.co_flags & CO_COROUTINE)

    def _is_skipped(self) -> bool:
        # A class that is skipped is not set up, and its layers need not be there.
        if getattr(type(self), "__unittest_skip__", False):
            return True
        return getattr(getattr(self, self._testMethodName, None), "__unittest_skip__", False)

    @property
    def stage(self) -> Stage:
        """The stage of this test's modern applications; ``stage.advance(seconds)`` its clock."""
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
            AssertionError: ``require`` is set and there is none; what waits is named.
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
                raise advised(failure, waiting(layer))
            return None
        return Message(content_of(content, name), name, layer)


class ChannelTestCase(ChannelTestCaseMixin, _TestCase):
    """Django's ``TestCase`` on captive channel layers.

    A test's transaction begins with its first query, so that a test which makes none does not
    pay for one.
    """

    # Whether the class is set up on databases with transactions and savepoints: Django asks
    # for them several times a test.
    _in_class_transaction = False

    @classmethod
    def setUpClass(cls) -> None:
        """Set the class up in a transaction of its own, as Django does."""
        cls._in_class_transaction = False
        super().setUpClass()
        cls._in_class_transaction = all(
            databases[name].in_atomic_block and databases[name].features.uses_savepoints
            for name in cls._databases_names()
        )

    @classmethod
    def tearDownClass(cls) -> None:
        """Roll the class's transaction back."""
        cls._in_class_transaction = False
        super().tearDownClass()

    @classmethod
    def _databases_support_transactions(cls) -> bool:
        return cls._in_class_transaction or super()._databases_support_transactions()

    @classmethod
    def _databases_support_savepoints(cls) -> bool:
        return cls._in_class_transaction or super()._databases_support_savepoints()

    @classmethod
    def _enter_atomics(cls) -> dict[str, Any]:
        if cls._in_class_transaction:
            opened = {name: databases[name] for name in cls._databases_names()}
            if all(connection.in_atomic_block for connection in opened.values()):
                return {name: LazyAtomic(connection) for name, connection in opened.items()}
        return super()._enter_atomics()

    def _fixture_teardown(self) -> None:
        blocks: list[Any] = [*self.atomics.values()] if self._in_class_transaction else [None]
        if all(isinstance(block, LazyAtomic) and not block.begun for block in blocks):
            for block in blocks:
                block.__exit__(None, None, None)
        else:
            super()._fixture_teardown()

    def _should_check_constraints(self, connection: Any) -> bool:
        block = self.atomics[connection.alias]
        if isinstance(block, LazyAtomic) and not block.begun:
            return False
        return super()._should_check_constraints(connection)


class TransactionChannelTestCase(ChannelTestCaseMixin, TransactionTestCase):
    """Django's ``TransactionTestCase`` on captive channel layers."""
