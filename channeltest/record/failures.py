"""Shows the record below the exception that fails a test."""

from __future__ import annotations

import unittest
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol
from unittest import SkipTest

from . import entries
from .never_awaited import never_awaited

# Lines below a failure.
SHOWN = 20

_Failure = tuple[type[BaseException], BaseException, TracebackType]


class _Shown(Protocol):
    """What has a text to show: a `channeltest.trace`."""

    def as_text(self, most: int | None = None) -> str: ...


_explanations: list[Callable[[], str]] = []


def explain_with(explanation: Callable[[], str]) -> None:
    """Have failures explained by what ``explanation`` returns, below the record.

    Args:
        explanation: Returns a text, an empty one if it has nothing to say of the running test.
    """
    _explanations.append(explanation)


def is_failure(error: BaseException) -> bool:
    """Whether ``error`` fails a test: it does not skip it, nor end the run."""
    if isinstance(error, Exception):
        return not isinstance(error, SkipTest)
    # pytest's fail() and raises() raise no Exception.
    return type(error).__name__ == "Failed"


def reveal(error: BaseException) -> None:
    """Have Python 3.10 show the notes of an error that leaves a test: they join its text."""
    if not hasattr(error, "add_note"):
        notes = vars(error).pop("__notes__", ())
        if notes:
            text = "\n".join([str(error), *notes])
            error.args = (text, *error.args[1:])
            if not isinstance(error, Exception) and hasattr(error, "msg"):
                # pytest.fail() raises no Exception, and has its text there.
                error.msg = text


def show(error: BaseException, record: _Shown | None = None) -> None:
    """Note the record on ``error``, once, if it is what fails a test.

    Whatever goes wrong here, the test's own failure is the one that is reported.

    Args:
        error: The exception that leaves a test.
        record: The record; by default the running test's.
    """
    if not is_failure(error):
        return
    # It imports Django and Channels, and the pytest plugin is loaded in every project.
    from ..compat.advice import with_note
    from .text import TITLE

    try:
        notes = getattr(error, "__notes__", ())
        if not any(note.startswith(TITLE) for note in notes) and f"\n{TITLE}" not in str(error):
            text = record.as_text(SHOWN) if record else _of_running_test()
            if text and text not in notes:
                with_note(error, text)
    except Exception as trouble:
        with_note(error, f"(The record cannot be shown: {type(trouble).__name__})")
    reveal(error)


def _of_running_test() -> str:
    # As above.
    from .reader import read
    from .text import as_text

    excerpt = entries.since(entries.beginning())
    text = as_text(read(excerpt.entries), excerpt.lost, SHOWN)
    explanations = [never_awaited(), *(explain() for explain in _explanations)]
    return "\n".join(filter(None, [text, *explanations]))


class ShowingResult:
    """A test result that notes the record on failures before it passes them on.

    Args:
        result: The real result; what it does not have, as support for subtests, this has not.
    """

    def __init__(self, result: unittest.TestResult) -> None:
        self._result = result

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._result, name)
        return self._add_subtest if name == "addSubTest" else found

    def __reduce__(self) -> Any:
        # A parallel test runner sends failed tests to another process, and what they hold.
        return type(self), (self._result,)

    def addError(self, test: unittest.TestCase, err: _Failure) -> None:
        """Pass an error on."""
        show(err[1])
        self._result.addError(test, err)

    def addFailure(self, test: unittest.TestCase, err: _Failure) -> None:
        """Pass a failure on."""
        show(err[1])
        self._result.addFailure(test, err)

    def _add_subtest(
        self, test: unittest.TestCase, subtest: unittest.TestCase, err: _Failure | None
    ) -> None:
        if err is not None:
            show(err[1])
        self._result.addSubTest(test, subtest, err)


if TYPE_CHECKING:
    _Base = unittest.TestCase
else:
    _Base = object

# unittest and pytest leave frames of modules with this name out of tracebacks.
__unittest = True


class ShowsRecord(_Base):
    """Notes the record on the exception that fails a test of any of unittest's cases."""

    def run(self, result: Any = None) -> Any:
        """Run the test: a result that it reports to gets failures with the record."""
        showing: Any = result
        if result is not None and not isinstance(result, ShowingResult):
            showing = ShowingResult(result)
        return super().run(showing)

    def debug(self) -> None:
        """Run the test without a result: what it raises has the record."""
        try:
            super().debug()
        except BaseException as error:
            show(error)
            raise
