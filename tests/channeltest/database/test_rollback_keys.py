"""Keys that a database counts begin anew for each test while a suite is recorded."""

from __future__ import annotations

import unittest

import pytest
from django.test import SimpleTestCase, TransactionTestCase

from channeltest.database.rollback import KEYS
from tests.values.models import IntegerValue

pytestmark = pytest.mark.django_db(transaction=True)


def keys_of(number):
    """The key of the first object in each of so many tests without a transaction."""
    found = []

    def test(case):
        found.append(IntegerValue.objects.create(name="a").pk)

    methods = {f"test_{each}": test for each in range(number)}
    case = type("Case", (TransactionTestCase,), methods)
    result = unittest.TestResult()
    unittest.TestSuite([unittest.defaultTestLoader.loadTestsFromTestCase(case)]).run(result)
    assert result.wasSuccessful(), result.errors
    return found


def test_they_begin_anew():
    usual = keys_of(3)
    assert usual == [usual[0], usual[0] + 1, usual[0] + 2]
    KEYS.start()
    try:
        assert keys_of(3) == [1, 1, 1]
    finally:
        KEYS.stop()


def test_tests_without_databases_are_left_alone():
    KEYS.start()
    try:
        case = type("Case", (SimpleTestCase,), {"test": lambda case: None})
        result = unittest.TestResult()
        unittest.TestSuite([unittest.defaultTestLoader.loadTestsFromTestCase(case)]).run(result)
    finally:
        KEYS.stop()
    assert result.wasSuccessful()
