"""What a run of a test leaves behind: rows in the database, and mails."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator
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

from ..record.content import copied
from ..record.names import Names
from .canonical import canonical

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
        # Of a user who has none; what follows is random.
        return len(value) == len(UNUSABLE_PASSWORD_PREFIX) + UNUSABLE_PASSWORD_SUFFIX_LENGTH
    if "$" not in value:
        return False
    try:
        identify_hasher(value)
    except ValueError:
        return False
    return True
