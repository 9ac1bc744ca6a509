"""The examples of the page on porting: one test passes with the consumers before and after."""

from __future__ import annotations

import itertools
import textwrap
import unittest
from typing import Any

import pytest
from channels.test import apply_routes

from .tutorial import BLOCK, PAGES

BEFORE, AFTER, TESTS = "# consumers.py, before", "# consumers.py, after", "# tests.py"

pytestmark = pytest.mark.django_db(transaction=True)


def examples() -> list[tuple[str, str, str]]:
    """The consumers of each example before and after, and its tests."""
    text = (PAGES / "howto" / "porting.rst").read_text("utf-8")
    blocks = [textwrap.dedent(block["body"]).strip() for block in BLOCK.finditer(text)]
    return [
        (*consumers.split(AFTER), tests)
        for consumers, tests in itertools.pairwise(blocks)
        if consumers.startswith(BEFORE) and tests.startswith(TESTS)
    ]


def outcome(consumers: str, tests: str) -> unittest.TestResult:
    """Run the tests of an example with consumers."""
    names: dict[str, Any] = {"__name__": __name__}
    exec(consumers, names)
    exec(tests, names)
    [case] = [value for name, value in names.items() if name.endswith("Tests")]
    if "channel_routing" in names:
        case = apply_routes(names["channel_routing"])(case)
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case)(result)
    return result


@pytest.mark.parametrize(("before", "after", "tests"), examples())
def test_passes_before_and_after(before, after, tests):
    for consumers in (before, after):
        result = outcome(consumers, tests)
        assert (result.testsRun, result.failures + result.errors) == (1, [])


def test_there_are_two():
    assert len(examples()) == 2
