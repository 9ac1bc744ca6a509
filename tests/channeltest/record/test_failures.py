"""The record below a failure: shown once, and never in the place of the failure."""

from __future__ import annotations

import traceback
import unittest

import pytest
from channeltest.compat.advice import with_note
from django.test import SimpleTestCase

from channeltest.record.failures import ShowingResult, is_failure, reveal, show
from channeltest.record.text import TITLE


class Text:
    """A record with a text."""

    def __init__(self, text):
        self._text = text

    def as_text(self, most=None):
        if isinstance(self._text, Exception):
            raise self._text
        return self._text


def shown(error):
    return "".join(traceback.format_exception_only(type(error), error))


@pytest.mark.parametrize(
    ("error", "fails"),
    [
        (AssertionError(), True),
        (pytest.fail.Exception("x"), True),
        (unittest.SkipTest("x"), False),
        (pytest.skip.Exception("x"), False),
        (KeyboardInterrupt(), False),
        (SystemExit(), False),
    ],
    ids=repr,
)
def test_what_is_a_failure(error, fails):
    assert is_failure(error) is fails


def test_is_shown_once():
    error = AssertionError("I fail")
    for _ in range(2):
        show(error, Text(f"{TITLE}, in order:\n  a -> b"))
    assert shown(error).count("a -> b") == 1


@pytest.mark.parametrize("error", [unittest.SkipTest("x"), KeyboardInterrupt()])
def test_what_is_no_failure_shows_nothing(error):
    show(error, Text(TITLE))
    assert TITLE not in shown(error)


def test_without_record_there_is_no_note():
    error = AssertionError("I fail")
    show(error, Text(""))
    assert shown(error) == "AssertionError: I fail\n"


@pytest.mark.parametrize("trouble", [RecursionError(), RuntimeError("x"), KeyError("x")])
def test_trouble_is_no_failure(trouble):
    error = AssertionError("I fail")
    show(error, Text(trouble))
    assert shown(error).startswith("AssertionError: I fail\n")
    assert type(trouble).__name__ in shown(error)


class TestShowingResult:
    def test_passes_on(self):
        real = unittest.TestResult()
        result = ShowingResult(real)
        case = SimpleTestCase()
        result.startTest(case)
        result.addError(case, (ValueError, ValueError("x"), None))
        result.addFailure(case, (AssertionError, AssertionError("x"), None))
        result.addSubTest(case, case, None)
        assert (real.testsRun, len(real.errors), len(real.failures)) == (1, 1, 1)

    def test_supports_what_the_real_one_supports(self):
        class Old:
            pass

        assert not hasattr(ShowingResult(Old()), "addSubTest")
        assert not hasattr(ShowingResult(Old()), "addDuration")


class Old(ValueError):
    """An error as of Python 3.10, which has no notes."""

    @property
    def add_note(self):
        raise AttributeError


def test_a_note_is_shown():
    error = with_note(ValueError("text"), "advice")
    reveal(error)
    assert "advice" in "".join(traceback.format_exception(error))


def test_where_there_are_none_it_joins_the_text():
    error = with_note(with_note(Old("text"), "advice"), "more")
    reveal(error)
    assert str(error) == "text\nadvice\nmore"


def test_with_nothing_to_reveal():
    error = Old("text", 1)
    reveal(error)
    assert error.args == ("text", 1)
