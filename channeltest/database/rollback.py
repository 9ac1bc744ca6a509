"""The database as it was before, for a test that runs a second time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connections as databases
from django.db import transaction

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


def sequences_reset() -> None:
    """Let the keys of new objects follow those of the objects that are there."""
    connection: Any
    for connection in databases.all():
        if connection.in_atomic_block and connection.vendor in _WITH_SEQUENCES:
            tables = set(connection.introspection.table_names())
            models = [model for model in apps.get_models() if model._meta.db_table in tables]
            with connection.cursor() as cursor:
                for statement in connection.ops.sequence_reset_sql(no_style(), models):
                    cursor.execute(statement)
