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
from channels.layers import channel_layers as modern_layers
from django.test import TransactionTestCase

from ..compat.advice import with_note
from ..database.rollback import rolled_back
from ..record.failures import is_failure, show
from ..record.reader import collection_paused
from .canonical import Forms
from .difference import at_failure, difference
from .side import Outcome, Side
from .transcript import KINDS

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

# What is compared on request.
MORE_KINDS = ("database", "mail", "signals")

_NEVER_MET = (
    "The test never met the {} routing: no message that it had consumed found a route there, so "
    "nothing was compared. Give the routes to parity, and not to apply_routes in the test; and "
    "talk to the consumers with Client or WSClient, whose messages go through the routes"
)

# unittest and pytest leave frames of modules with this name out of tracebacks.
__unittest = True


class parity:
    """Decorator that runs a test against two routings, and fails where the consumers differ.

    Each run has captive layers and a database transaction of its own. Compared is what follows
    from each step of the test: frames to each client and closes, sends to channels and groups, who
    is in each group, exceptions.

    Args:
        old: Routes, as for `apply_routes`: the consumers that are being ported.
        new: Routes: the consumers that they become.
        ignore: What may differ: any of ``"frames"``, ``"channels"`` (also the test's own steps on
            channels of the project), ``"groups"``, ``"members"`` (who is in a group),
            ``"exceptions"``.
        aliases: Aliases of the layers that get the routes.
        compare: What is compared as well: any of ``"database"`` (the rows of all models when the
            test is over), ``"mail"``, ``"signals"`` (the project's own, as they are sent).

    A test of a `ChannelTestCase` runs as two whole tests, ``setUp`` and ``tearDown`` included;
    so do all tests of a decorated class of any test case. Of a function, fixtures are made once.

    Raises:
        ValueError: ``ignore`` or ``compare`` has something that is not known.
        AssertionError: When it runs: the consumers do not do the same, or a run never met the
            routes.
        TypeError: What is decorated is an asynchronous function of no test case, or, when it
            runs, a method of a test case that is no `ChannelTestCase`.
    """

    def __init__(
        self,
        old: Any,
        new: Any,
        ignore: Collection[str] = (),
        aliases: Iterable[str] = (DEFAULT_CHANNEL_LAYER,),
        compare: Collection[str] = (),
    ) -> None:
        for asked, kinds in ((ignore, KINDS), (compare, MORE_KINDS)):
            unknown = sorted(set(asked) - set(kinds))
            if unknown:
                raise ValueError(f"parity knows {', '.join(kinds)}, and not {', '.join(unknown)}")
        self._routes = {"old": old, "new": new}
        self._ignore = ignore
        self._kinds = compare
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
            return self._call(functools.partial(function, *args), kwargs)

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
            outcomes, sides = {}, self._sides(case)
            for side in sides:
                outcomes[side.name] = outcome = Outcome()
                with self._running(side):
                    # The last cleanup: the test's transaction is still there.
                    case.addCleanup(side.results.collect)
                    call(outcome)
                for error in outcome.errors_seen:
                    show(error, side.trace)
                # What the test has set on itself is not there when it runs the next time.
                case._cleanups.clear()
                vars(case).clear()
                vars(case).update(state)
            self._report(case, result, outcomes, sides)
        except Exception:
            result.addError(case, sys.exc_info())
        finally:
            result.stopTest(case)
        return result

    def debug(self, call: Callable[[], Any]) -> None:
        """Run a test case's test twice without a result: what it raises is raised."""
        sides = self._sides()
        for side in sides:
            with self._running(side):
                call()
        self._compare(sides, AssertionError)

    def _call(self, call: Callable[..., Any], kwargs: dict[str, Any]) -> None:
        """Call a test function twice."""
        __tracebackhide__ = True
        errors: dict[str, BaseException] = {}
        sides = self._sides()
        outer = modern_layers.backends.get(DEFAULT_CHANNEL_LAYER)
        for side in sides:
            try:
                with self._running(side), rolled_back():
                    # A fixture's layer is the layer of the run.
                    layer = modern_layers.backends.get(DEFAULT_CHANNEL_LAYER)
                    call(
                        **{
                            name: layer if value is outer is not None else value
                            for name, value in kwargs.items()
                        }
                    )
                    side.results.collect()
            except BaseException as error:
                if not is_failure(error):
                    raise
                errors[side.name] = error
        if errors:
            raise with_note(next(iter(errors.values())), self._failed(errors, sides))
        self._compare(sides, AssertionError)

    def _sides(self, case: Any = None) -> list[Side]:
        databases = case.databases if isinstance(case, TransactionTestCase) else ()
        return [
            Side(name, routes, self._aliases, self._kinds, databases)
            for name, routes in self._routes.items()
        ]

    @contextlib.contextmanager
    def _running(self, side: Side) -> Iterator[None]:
        with side.running():
            self.running = True
            try:
                yield
            finally:
                self.running = False

    # What the runs are together

    def _report(
        self, case: Any, result: Any, outcomes: dict[str, Outcome], sides: list[Side]
    ) -> None:
        failed = [side for side, outcome in outcomes.items() if outcome.errors_seen]
        old, new = outcomes.values()
        if failed:
            outcome = outcomes[failed[0]]
            for error in outcome.errors_seen:
                with_note(error, self._failed(failed, sides))
            outcome.repeat(result)
        elif old.verdict != new.verdict:
            raise case.failureException(
                f"The test {old.verdict} under the old routing, and {new.verdict} under the new."
            )
        elif old.has_not_run:
            old.repeat(result)
        else:
            try:
                self._compare(sides, case.failureException)
            except case.failureException as error:
                expected = old.verdict == Outcome.UNEXPECTED
                add = result.addExpectedFailure if expected else result.addFailure
                last = error.__traceback__
                while last is not None and last.tb_next is not None:
                    last = last.tb_next
                add(case, (type(error), error.with_traceback(last), last))
            else:
                old.repeat(result)

    def _failed(self, failed: Collection[str], sides: list[Side]) -> str:
        """Say under which routing the test failed; if under one, what the other did there."""
        if len(failed) == 2:
            return "It fails under both routings, old and new."
        (name,) = failed
        text = f"It fails under the {name} routing only."
        there = ""
        # Whatever goes wrong here, the test's own failure is the one that is reported.
        with contextlib.suppress(Exception):
            forms = Forms()
            old, new = (side.transcript(self._ignore, forms) for side in sides)
            there = at_failure(old, new, name)
        return f"{text} At its last step there:\n{there}" if there else text

    def _compare(self, sides: list[Side], failure: type[BaseException]) -> None:
        __tracebackhide__ = True
        unmet = [side.name for side in sides if side.routes and not side.routes.met]
        if unmet:
            _fail(failure(_NEVER_MET.format(" and the ".join(unmet))))
        with collection_paused():
            forms = Forms()
            differs = difference(*(side.transcript(self._ignore, forms) for side in sides))
        if differs:
            text = (
                "The consumers do not say the same under both routings\n"
                f"(- under the old one only, + under the new one only):\n{differs}"
            )
            _fail(failure(text))


def _fail(error: BaseException) -> NoReturn:
    """Raise ``error`` here, because some test runners show the code around the raise."""
    raise error
