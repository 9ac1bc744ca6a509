"""A test's transaction that begins with the test's first query.

Django's ``TestCase`` opens a savepoint before every test, checks all constraints after it and
rolls back, whether or not the test went near the database. Tests of consumers often do not,
and then this was most of what they cost.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any

from django.db.transaction import Atomic


class LazyAtomic:
    """Stands in for the ``atomic()`` block that a test case enters around each test.

    It holds the place on the connection's stack, and takes it when the first cursor is asked
    for: a savepoint made then covers the same queries as one made at the start, because there
    were none in between. Blocks that the test entered without a query stand above it.

    Args:
        connection: The database connection, in the class's transaction.

    Attributes:
        begun: Whether the savepoint has been made.
    """

    def __init__(self, connection: Any) -> None:
        self.begun = False
        self._connection = connection
        self._beginning = False
        self._depth = len(connection.savepoint_ids)
        self._blocks = len(connection.atomic_blocks)
        self._callbacks = len(connection.run_on_commit)
        self._needed_rollback = connection.needs_rollback
        self._atomic: Atomic | None = None
        self._over = False
        connection.create_cursor = self._create_cursor

    def __reduce__(self) -> Any:
        # A parallel test runner sends failed tests to another process, and what they hold.
        return Atomic, (self._connection.alias, True, False)

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Roll back what was begun; what was only marked on the connection is unmarked."""
        self._over = True
        self._unhook()
        if self._atomic is not None:
            self._atomic.__exit__(exc_type, exc_value, traceback)
        else:
            self._connection.needs_rollback = self._needed_rollback
        # Hooks that were registered before the savepoint do not know that they belong to it.
        del self._connection.run_on_commit[self._callbacks :]

    def _create_cursor(self, *args: Any, **kwargs: Any) -> Any:
        # A mock that wrapped this method may have put it back after it had done its work.
        if not (self.begun or self._beginning or self._over):
            self._beginning = True
            try:
                self._begin()
            finally:
                self._beginning = False
        return type(self._connection).create_cursor(self._connection, *args, **kwargs)

    def _begin(self) -> None:
        connection = self._connection
        # The savepoint is no query of the test's: nobody who counts, logs or wraps those sees it.
        wrappers, connection.execute_wrappers = connection.execute_wrappers, []
        connection.make_debug_cursor = connection.make_cursor
        try:
            savepoint = connection.savepoint()
        finally:
            connection.execute_wrappers = wrappers
            del connection.make_debug_cursor
        atomic = Atomic(connection.alias, savepoint=True, durable=False)
        atomic._from_testcase = True  # type: ignore[attr-defined]
        connection.savepoint_ids.insert(self._depth, savepoint)
        connection.atomic_blocks.insert(self._blocks, atomic)
        self._atomic = atomic
        self.begun = True
        self._unhook()

    def _unhook(self) -> None:
        if vars(self._connection).get("create_cursor") == self._create_cursor:
            del self._connection.create_cursor
