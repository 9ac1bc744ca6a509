"""`parity`: one test, run against the old consumers and against the ported ones."""

from __future__ import annotations

import contextlib
import functools
import inspect
import sys
import unittest
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, NoReturn, TypeVar

from channels import DEFAULT_CHANNEL_LAYER

from ..bridge.isolation import Isolation
from ..channels1.routes import apply_routes
from ..compat.advice import with_note
from ..database.rollback import rolled_back, sequences_reset
from ..record.entries import is_failure
from ..record.events import read
from ..record.tracing import show, trace
from .outcome import Outcome
from .transcript import difference, transcript

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

KINDS = ("frames", "channels", "groups", "exceptions")

# unittest and pytest leave frames of modules with this name out of tracebacks.
__unittest = True


class parity:
    """Decorator that runs a test against two routings, and fails where consumers say other things.

    Each run has captive layers and a database transaction of its own. Compared is what consumers
    say in answer to each step of the test: frames and closes to each client, sends to channels
    and groups, exceptions.

    Args:
        old: Routes, as for `apply_routes`: the consumers that are being ported.
        new: Routes: the consumers that they become.
        ignore: What may differ: any of ``"frames"``, ``"channels"``, ``"groups"``,
            ``"exceptions"``.
        aliases: Aliases of the layers that get the routes.

    A test of a `ChannelTestCase` runs as two whole tests, ``setUp`` and ``tearDown`` included;
    so do all tests of a decorated class of any test case. Of a function, fixtures are made once.

    Raises:
        ValueError: ``ignore`` has something that is not compared.
        TypeError: What is decorated is an asynchronous function of no test case, or, when it
            runs, a method of a test case that is no `ChannelTestCase`.
    """

    def __init__(
        self,
        old: Any,
        new: Any,
        ignore: Collection[str] = (),
        aliases: Iterable[str] = (DEFAULT_CHANNEL_LAYER,),
    ) -> None:
        unknown = sorted(set(ignore) - set(KINDS))
        if unknown:
            raise ValueError(f"parity compares {', '.join(KINDS)}, and not {', '.join(unknown)}")
        self._sides = {"old": old, "new": new}
        self._ignore = ignore
        self._aliases = [aliases] if isinstance(aliases, str) else list(aliases)
        self.running = False

    def __call__(self, decorated: Decorated) -> Decorated:
        """Decorate a test function or method, or a class of tests."""
        if not isinstance(decorated, type):
            return self._decorate_function(decorated)  # type: ignore[no-any-return]
        if issubclass(decorated, unittest.TestCase):
            self._decorate_case(decorated)
        else:
            for name, method in list(vars(decorated).items()):
                if name.startswith("test") and inspect.isfunction(method):
                    setattr(decorated, name, self._decorate_function(method))
        return decorated

    def _decorate_function(self, function: Any) -> Any:
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def both_async(*args: Any, **kwargs: Any) -> Any:
                if not self.running:
                    raise TypeError(
                        f"parity runs asynchronous tests in a ChannelTestCase only; {function!r} "
                        "is in none"
                    )
                return await function(*args, **kwargs)

            both_async.channeltest_parity = self  # type: ignore[attr-defined]
            return both_async

        @functools.wraps(function)
        def both(*args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True  # pytest's
            if self.running:
                return function(*args, **kwargs)
            if args and isinstance(args[0], unittest.TestCase):
                raise TypeError(
                    f"parity cannot run {type(args[0]).__name__}'s setUp twice from within a test: "
                    "decorate the class, or mix ChannelTestCaseMixin in"
                )
            return self._call(lambda: function(*args, **kwargs))

        both.channeltest_parity = self  # type: ignore[attr-defined]
        return both

    def _decorate_case(self, cls: Any) -> None:
        call, debug = cls.__call__, cls.debug

        @functools.wraps(call)
        def call_both(case: Any, result: Any = None) -> Any:
            if self.running:
                return call(case, result)
            return self.run(case, result, functools.partial(call, case))

        @functools.wraps(debug)
        def debug_both(case: Any) -> None:
            if self.running:
                debug(case)
            else:
                self.debug(functools.partial(debug, case))

        cls.__call__, cls.debug = call_both, debug_both

    # The two runs

    def run(self, case: Any, result: Any, call: Callable[[Any], Any]) -> Any:
        """Run a test case's test twice, and report it once.

        Args:
            case: The test case.
            result: A `unittest.TestResult`, or ``None`` for a new one.
            call: Runs the test once, and reports to the result that it is given.

        Returns:
            The result.
        """
        result = case.defaultTestResult() if result is None else result
        result.startTest(case)
        try:
            state = dict(vars(case))
            outcomes, transcripts = {}, {}
            for side in self._sides:
                outcomes[side] = outcome = Outcome()
                with self._side(side) as conversed:
                    call(outcome)
                for error in outcome.errors_seen:
                    show(error, conversed)
                transcripts[side] = self._transcript(conversed)
                # What the test has set on itself is not there when it runs the next time.
                vars(case).clear()
                vars(case).update(state)
            self._report(case, result, outcomes, transcripts)
        except Exception:
            result.addError(case, sys.exc_info())
        finally:
            result.stopTest(case)
        return result

    def debug(self, call: Callable[[], Any]) -> None:
        """Run a test case's test twice without a result: what it raises is raised."""
        transcripts = {}
        for side in self._sides:
            with self._side(side) as conversed:
                call()
            transcripts[side] = self._transcript(conversed)
        self._compare(transcripts, AssertionError)

    def _call(self, call: Callable[[], Any]) -> None:
        """Call a test function twice."""
        __tracebackhide__ = True
        errors: dict[str, BaseException] = {}
        transcripts = {}
        for side in self._sides:
            conversed = trace()
            try:
                with self._side(side) as conversed, rolled_back():
                    call()
            except BaseException as error:
                if not is_failure(error):
                    raise
                errors[side] = error
            transcripts[side] = self._transcript(conversed)
        if errors:
            raise with_note(next(iter(errors.values())), _which(errors))
        self._compare(transcripts, AssertionError)

    @contextlib.contextmanager
    def _side(self, side: str) -> Iterator[trace]:
        isolation = Isolation(self._aliases, channels1=True)
        with contextlib.ExitStack() as undone:
            conversed = undone.enter_context(trace())
            isolation.start()
            undone.callback(isolation.stop)
            undone.enter_context(apply_routes(self._sides[side], self._aliases))
            sequences_reset()
            self.running = True
            undone.callback(setattr, self, "running", False)
            yield conversed

    def _transcript(self, conversed: trace) -> list[str]:
        return transcript(read(conversed.excerpt.entries), self._ignore)

    # What they say together

    def _report(
        self,
        case: Any,
        result: Any,
        outcomes: dict[str, Outcome],
        transcripts: dict[str, list[str]],
    ) -> None:
        failed = [side for side, outcome in outcomes.items() if outcome.errors_seen]
        old, new = outcomes.values()
        if failed:
            outcome = outcomes[failed[0]]
            for error in outcome.errors_seen:
                with_note(error, _which(failed))
            outcome.repeat(result)
        elif old.verdict != new.verdict:
            raise case.failureException(
                f"The test {old.verdict} under the old routing, and {new.verdict} under the new."
            )
        else:
            try:
                self._compare(transcripts, case.failureException)
            except case.failureException as error:
                expected = old.verdict == Outcome.UNEXPECTED
                add = result.addExpectedFailure if expected else result.addFailure
                last = error.__traceback__
                while last is not None and last.tb_next is not None:
                    last = last.tb_next
                add(case, (type(error), error.with_traceback(last), last))
            else:
                old.repeat(result)

    def _compare(self, transcripts: dict[str, list[str]], failure: type[BaseException]) -> None:
        __tracebackhide__ = True
        differs = difference(*transcripts.values())
        if differs:
            text = (
                "The consumers do not say the same under both routings\n"
                f"(- under the old one only, + under the new one only):\n{differs}"
            )
            _fail(failure(text))


def _fail(error: BaseException) -> NoReturn:
    """Raise ``error``, where runners that show the last line of code have little to show."""
    raise error


def _which(failed: Collection[str]) -> str:
    if len(failed) == 2:
        return "It fails under both routings, old and new."
    return f"It fails under the {next(iter(failed))} routing only."
