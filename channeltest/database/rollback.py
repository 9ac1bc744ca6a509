"""Restores the database for a test that runs a second time or in another order.

On SQLite a rollback resets the primary keys of new objects, on PostgreSQL it does not. A test
without a transaction changes the keys of all later tests.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator
from typing import Any
from unittest import TestResult

from django.apps import apps
from django.core.management.color import no_style
from django.db import connections as databases
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import SimpleTestCase, TransactionTestCase

from ..patching import Patch, Patches

# Here a rollback does not reset the sequences that primary keys come from.
_WITH_SEQUENCES = ("postgresql", "oracle")


@contextlib.contextmanager
def rolled_back() -> Iterator[None]:
    """Roll back what a block does to databases that the test has in a transaction."""
    with contextlib.ExitStack() as blocks:
        for connection in databases.all():
            if connection.in_atomic_block:
                blocks.enter_context(transaction.atomic(connection.alias))
                # Called before the block is left.
                blocks.callback(transaction.set_rollback, True, connection.alias)
        yield


def sequences_reset(own: Collection[str] = ()) -> None:
    """Reset sequences, so that new keys follow the highest keys in the tables.

    Args:
        own: Aliases of databases that belong to the test, whether it has a transaction there or
            not. Others are reset only if the test has a transaction there.
    """
    for connection in databases.all():
        if connection.in_atomic_block or connection.alias in own:
            statements = list(_reset_statements(connection))
            if statements:
                with connection.cursor() as cursor:
                    for statement in statements:
                        cursor.execute(statement)


def _reset_statements(connection: BaseDatabaseWrapper) -> Iterable[str]:
    if connection.vendor in _WITH_SEQUENCES:
        tables = set(connection.introspection.table_names())
        models = [model for model in apps.get_models() if model._meta.db_table in tables]
        return connection.ops.sequence_reset_sql(no_style(), models)
    if connection.in_atomic_block or not connection.features.supports_sequence_reset:
        return ()
    # Other databases count on from the highest key, even if they are reset to a lower number.
    sequences = connection.introspection.sequence_list()
    return connection.ops.sequence_reset_by_name_sql(no_style(), sequences)


def _set_up_class(cls: Any) -> None:
    """Reset the sequences, and set a class up."""
    if issubclass(cls, TransactionTestCase):
        sequences_reset(cls.databases)
    _SET_UP_CLASS.original.__func__(cls)


def _run(case: TransactionTestCase, result: TestResult | None = None) -> Any:
    """Reset the sequences, and run a test."""
    sequences_reset(case.databases)
    return _RUN.original(case, result)


# pytest-django has a class of its own for each function that uses the database.
_SET_UP_CLASS = Patch(SimpleTestCase, "setUpClass", classmethod(_set_up_class))
_RUN = Patch(TransactionTestCase, "run", _run)

KEYS = Patches(_SET_UP_CLASS, _RUN)
