"""Primary keys that begin anew for each test: a record has the same in every order of tests.

A transaction that is rolled back gives keys back on SQLite, and not on PostgreSQL; a test without
one takes keys from all that run later.
"""

from __future__ import annotations

from typing import Any

from django.test import SimpleTestCase, TransactionTestCase

from ..database.rollback import sequences_reset
from ..patching import Patch, Patches


def _set_up_class(cls: Any) -> None:
    """Set a class up: what it stores in the database is stored with the first keys."""
    if issubclass(cls, TransactionTestCase):
        sequences_reset(cls.databases)
    _SET_UP_CLASS.original.__func__(cls)


def _run(case: Any, result: Any = None) -> Any:
    """Run a test."""
    sequences_reset(case.databases)
    return _RUN.original(case, result)


# pytest-django has a class of its own for each function that uses the database.
_SET_UP_CLASS = Patch(SimpleTestCase, "setUpClass", classmethod(_set_up_class))
_RUN = Patch(TransactionTestCase, "run", _run)

KEYS = Patches(_SET_UP_CLASS, _RUN)
