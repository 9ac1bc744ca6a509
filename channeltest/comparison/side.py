"""One of the two runs of a test under `parity`: its routes, its layers, its record, its outcome."""

from __future__ import annotations

import contextlib
import unittest
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.core import mail

from ..bridge.isolation import Isolation
from ..compat.asgi import channel_layers
from ..compat.message import Message
from ..compat.routing import Include, Router
from ..database.rollback import sequences_reset
from ..patching import Patch, Patches
from ..record.sources import SIGNALS
from ..record.tracing import trace
from .canonical import Forms
from .results import Results
from .transcript import transcript


class Side:
    """One run of a test.

    Args:
        name: ``"old"`` or ``"new"``.
        routes: Routes, as for `apply_routes`.
        aliases: Aliases of the layers that get the routes.
        compare: What is compared beside what consumers send: any of ``"database"``, ``"mail"``,
            ``"signals"``.
        databases: Aliases of the databases that belong to the test.

    Attributes:
        name: The same.
        trace: The record of the run.
        results: What the run leaves behind; the caller collects it before the test's transaction
            ends.
        routes: The routes, once the run has begun.
    """

    def __init__(
        self,
        name: str,
        routes: Any,
        aliases: Sequence[str],
        compare: Collection[str],
        databases: Collection[str] = (),
    ) -> None:
        self.name = name
        self.trace = trace()
        self.results = Results(compare)
        self.routes: ComparedRoutes | None = None
        self._routes = routes
        self._aliases = aliases
        self._databases = databases
        self._signals = Patches(*(SIGNALS if "signals" in compare else ()))

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Have layers, routes and mails of its own in place, and record, while the block runs."""
        isolation = Isolation(self._aliases, channels1=True)
        with contextlib.ExitStack() as undone:
            undone.enter_context(self.trace)
            isolation.start()
            undone.callback(isolation.stop)
            self.routes = ComparedRoutes(self._routes)
            router = Router([self.routes])
            for layer in map(channel_layers.__getitem__, self._aliases):
                routes = Patches(
                    Patch(layer, "routing", router.root.routing), Patch(layer, "router", router)
                )
                routes.start()
                undone.callback(routes.stop)
            undone.enter_context(_own_mails())
            sequences_reset(self._databases)
            self._signals.start()
            undone.callback(self._signals.stop)
            yield

    def transcript(self, ignore: Collection[str], forms: Forms) -> list[str]:
        """Return what is compared.

        Args:
            ignore: As for `channeltest.comparison.transcript.transcript`.
            forms: The canonical forms that are known already.
        """
        return [*transcript(self.trace.events, ignore, forms), *self.results.lines]


class ComparedRoutes:
    """The routes of one side, as one entry of a routing, and whether a message found a route there.

    Args:
        routes: Routes, as for `apply_routes`.

    Attributes:
        met: Whether a message was looked for among the routes, and found one.
    """

    def __init__(self, routes: Any) -> None:
        if isinstance(routes, list | tuple):
            self._routes = Include(list(routes))
        else:
            self._routes = Include(Router.resolve_routing(routes))
        self.met = False

    def __str__(self) -> str:
        return "; ".join(map(str, self._routes.routing)) or "none"

    def match(self, message: Message) -> Any:
        """Return the first route's consumer and arguments that fit ``message``, or ``None``."""
        found = self._routes.match(message)
        self.met = self.met or bool(found)
        return found

    def channel_names(self) -> set[str]:
        """Return the names of all channels that have a route."""
        return self._routes.channel_names()


@contextlib.contextmanager
def _own_mails() -> Iterator[None]:
    """Give the run an empty outbox; a test case's set-up does the same once more."""
    outbox = Patch(mail, "outbox", [])
    if not hasattr(mail, "outbox"):
        # Nobody collects mails: the project runs without Django's test environment.
        yield
        return
    outbox.start()
    try:
        yield
    finally:
        outbox.stop()


class Outcome(unittest.TestResult):
    """Collects what a run reports, to be repeated to the real result.

    Attributes:
        errors_seen: The exceptions that failed the test.
        verdict: What became of it, in words.
        is_of_part: That it is not the result of a whole test.
    """

    is_of_part = True

    UNEXPECTED = "succeeds unexpectedly"
    SKIPPED = "is skipped"
    EXPECTED = "fails as expected"

    def __init__(self) -> None:
        super().__init__()
        self.errors_seen: list[BaseException] = []
        self.verdict = "passes"
        self._reports: list[tuple[str, tuple[Any, ...]]] = []

    @property
    def has_not_run(self) -> bool:
        """Whether the test was skipped, or failed as expected before it came to its end."""
        return self.verdict in (self.SKIPPED, self.EXPECTED)

    def repeat(self, result: Any) -> None:
        """Report all that was reported to ``result``."""
        for method, args in self._reports:
            # Results of other runners need not know of subtests or durations.
            report = getattr(result, method, None)
            if report is not None:
                report(*args)
            elif method == "addSubTest":
                test, _, err = args
                result.addFailure(test, err)

    def addError(self, test: Any, err: Any) -> None:  # noqa: D102
        self._failed("addError", test, err)

    def addFailure(self, test: Any, err: Any) -> None:  # noqa: D102
        self._failed("addFailure", test, err)

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:  # noqa: D102
        if err is not None:
            self._failed("addSubTest", test, subtest, err)

    def addSuccess(self, test: Any) -> None:  # noqa: D102
        self._reports.append(("addSuccess", (test,)))

    def addSkip(self, test: Any, reason: str) -> None:  # noqa: D102
        self._ended(self.SKIPPED, "addSkip", test, reason)

    def addExpectedFailure(self, test: Any, err: Any) -> None:  # noqa: D102
        self._ended(self.EXPECTED, "addExpectedFailure", test, err)

    def addUnexpectedSuccess(self, test: Any) -> None:  # noqa: D102
        self._ended(self.UNEXPECTED, "addUnexpectedSuccess", test)

    def addDuration(self, test: Any, elapsed: float) -> None:  # noqa: D102
        self._reports.append(("addDuration", (test, elapsed)))

    def _failed(self, method: str, *args: Any) -> None:
        self.errors_seen.append(args[-1][1])
        self._reports.append((method, args))

    def _ended(self, verdict: str, method: str, *args: Any) -> None:
        self.verdict = verdict
        self._reports.append((method, args))
