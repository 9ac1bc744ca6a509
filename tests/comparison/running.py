"""Runs the tests of probes that are test cases."""

from __future__ import annotations

import io
import unittest
from typing import Any


def run(case: type[unittest.TestCase], file: str | None = None, reraise: bool = False) -> Any:
    """Run a test case's tests with a database of their own; return the result.

    Args:
        case: The test case.
        file: A file for the database, which is in memory otherwise.
        reraise: Raise what a test raises.
    """
    from django.db import connection
    from django.test.utils import setup_test_environment

    setup_test_environment()
    connection.settings_dict["TEST"]["NAME"] = file
    connection.creation.create_test_db(verbosity=0)
    tests = unittest.defaultTestLoader.loadTestsFromTestCase(case)
    if reraise:
        case.setUpClass()
        for test in tests:
            test.debug()
        case.tearDownClass()
    return unittest.TextTestRunner(stream=io.StringIO()).run(tests)
