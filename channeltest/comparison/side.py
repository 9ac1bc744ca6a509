"""One of the two runs of a test under `parity`: its routes, its layers, its record, its outcome."""

from __future__ import annotations

import contextlib
import datetime
import unittest
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.apps import apps
from django.contrib.auth.hashers import (
    UNUSABLE_PASSWORD_PREFIX,
    UNUSABLE_PASSWORD_SUFFIX_LENGTH,
    identify_hasher,
)
from django.core import mail
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.utils import timezone

from ..bridge.isolation import Isolation
from ..channels1.routes import apply_routes
from ..compat.message import Message
from ..compat.routing import Include, Router
from ..database.rollback import sequences_reset
from ..patching import Patch, Patches
from ..record.content import copied
from ..record.names import Names
from ..record.sources import SIGNALS
from ..record.tracing import trace
from .canonical import Forms, canonical
from .transcript import transcript

# What the framework stores for itself: random keys, and what migrations make.
_FRAMEWORK = {"sessions.Session", "contenttypes.ContentType", "auth.Permission"}


class Results:
    """Collects what a run leaves behind, as lines that can be compared.

    Args:
        kinds: Any of ``"database"``: the rows of all models at the end of the test, field by
            field; ``"mail"``: the mails that were sent.

    Attributes:
        lines: The lines, once they are collected.

    Moments within the run are shown as ``<now>``, password hashes as ``<password>``, and primary
    keys that the database counts as the number of the row. Sessions, content types and permissions
    are left out.
    """

    def __init__(self, kinds: Collection[str]) -> None:
        self.lines: list[str] = []
        self._kinds = kinds
        self._begun = timezone.now()
        self._names = Names()
        self._numbers: dict[Any, dict[Any, int]] = {}

    def collect(self) -> None:
        """Collect, while the test's transaction is still there."""
        lines: list[str] = []
        if "database" in self._kinds:
            lines += ["the database", *(f"    {row}" for row in self._rows())]
        if "mail" in self._kinds:
            lines += ["the mail", *(f"    {text}" for text in self._mails())]
        self.lines = lines

    def _rows(self) -> Iterator[str]:
        connection = connections[DEFAULT_DB_ALIAS]
        if connection.in_atomic_block and connection.needs_rollback:
            yield "(cannot be read: its transaction is broken)"
            return
        tables = set(connection.introspection.table_names())
        for model in sorted(apps.get_models(include_auto_created=True), key=_label):
            meta = model._meta
            if meta.proxy or meta.label in _FRAMEWORK or meta.db_table not in tables:
                continue
            rows = list(model._base_manager.using(DEFAULT_DB_ALIAS).order_by("pk"))
            for row in rows:
                self._key(model, row.pk)
            for row in rows:
                fields = (field for field in meta.concrete_fields if not field.primary_key)
                values = (f" {each.attname}={self._value(each, row)}" for each in fields)
                yield f"{meta.label} {self._key(model, row.pk)}:{''.join(values)}"

    def _key(self, model: type[models.Model], key: Any) -> str:
        """A primary key; one that the database counts is the number of the row in this run."""
        if not isinstance(model._meta.pk, models.AutoField):
            return repr(key)
        numbers = self._numbers.setdefault(model._meta.concrete_model, {})
        return f"#{numbers.setdefault(key, len(numbers) + 1)}"

    def _value(self, field: models.Field[Any, Any], row: models.Model) -> str:
        value = field.value_from_object(row)
        if isinstance(field, models.ForeignKey) and value is not None:
            return self._key(field.related_model, value)
        if isinstance(value, datetime.datetime) and self._is_now(value):
            return "<now>"
        if isinstance(value, str) and _is_password(value):
            return "<password>"
        return repr(canonical(self._names.fix(copied(value))))

    def _is_now(self, value: datetime.datetime) -> bool:
        now, begun = timezone.now(), self._begun
        if timezone.is_naive(value) and timezone.is_aware(now):
            value = timezone.make_aware(value)
        return begun <= value <= now

    def _mails(self) -> Iterator[str]:
        for message in getattr(mail, "outbox", ()):
            parts = {
                "from": message.from_email,
                "to": message.recipients(),
                "subject": str(message.subject),
                "body": str(message.body),
            }
            yield repr(canonical(self._names.fix(parts)))


def _label(model: type[models.Model]) -> str:
    return model._meta.label


def _is_password(value: str) -> bool:
    if value.startswith(UNUSABLE_PASSWORD_PREFIX):
        # A user without a password: the characters behind the prefix are random.
        return len(value) == len(UNUSABLE_PASSWORD_PREFIX) + UNUSABLE_PASSWORD_SUFFIX_LENGTH
    if "$" not in value:
        return False
    try:
        identify_hasher(value)
    except ValueError:
        return False
    return True


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
            undone.enter_context(apply_routes([self.routes], self._aliases))
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
