"""What a run of a test leaves behind: the rows of the database, and the mails."""

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
from django.core.exceptions import ValidationError
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
    keys that the database counts as the number of the row: a sequence goes on counting when what it
    counted is rolled back. Sessions, content types and permissions are left out; a row that refers
    to one of the latter two has its natural key.
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
            if isinstance(meta.pk, models.UUIDField):
                # Its order may be random.
                rows.sort(key=_plain_values)
            for row in rows:
                self._key(meta.pk, row.pk)
            fields = [field for field in meta.concrete_fields if not field.primary_key]
            generic = {each.fk_field: each for each in meta.private_fields if _is_generic(each)}
            for row in rows:
                values = [
                    f" {field.attname}={self._value(field, row, generic.get(field.name))}"
                    for field in fields
                ]
                yield f"{meta.label} {self._key(meta.pk, row.pk)}:{''.join(values)}"

    def _key(self, field: Any, key: Any) -> str:
        """A key; one that the database counts is the number of the row in this run."""
        while isinstance(field, models.ForeignKey):
            # The key of a model that inherits from another is the key of that one's row.
            field = field.target_field
        if key is None or not isinstance(field, models.AutoField):
            return repr(canonical(self._names.fix(copied(key))))
        numbers = self._numbers.setdefault(field.model._meta.concrete_model, {})
        return f"#{numbers.setdefault(key, len(numbers) + 1)}"

    def _value(self, field: models.Field[Any, Any], row: models.Model, generic: Any) -> str:
        value = field.value_from_object(row)
        if isinstance(field, models.ForeignKey) and value is not None:
            if field.related_model._meta.label in _FRAMEWORK:
                return self._framework_key(field, value)
            return self._key(field, value)
        if generic is not None and value is not None:
            return self._generic_key(generic, row, value)
        if isinstance(value, datetime.datetime) and self._is_now(value):
            return "<now>"
        if isinstance(value, str) and _is_password(value):
            return "<password>"
        return repr(canonical(self._names.fix(copied(value))))

    def _framework_key(self, field: models.ForeignKey[Any, Any], key: Any) -> str:
        """What names a row of the framework, which may have another key in the other run."""
        model: Any = field.related_model
        other = model._base_manager.filter(**{field.target_field.attname: key}).first()
        natural = getattr(other, "natural_key", None)
        return repr(self._names.fix(key)) if natural is None else repr(natural())

    def _generic_key(self, generic: Any, row: models.Model, value: Any) -> str:
        """The key of the row that a generic foreign key refers to."""
        kind = getattr(row, generic.ct_field)
        model = kind and kind.model_class()
        if model is None:
            return repr(value)
        key = model._meta.pk
        try:
            return self._key(key, key.to_python(value))
        except ValidationError:
            return repr(value)

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


def _is_generic(field: Any) -> bool:
    """Whether a field is a ``GenericForeignKey``, whose package need not be installed."""
    return hasattr(field, "ct_field") and hasattr(field, "fk_field")


def _label(model: type[models.Model]) -> str:
    return model._meta.label


def _plain_values(row: models.Model) -> list[str]:
    values = (field.value_from_object(row) for field in row._meta.concrete_fields)
    return [repr(value) for value in values if type(value) in (str, int, bool)]


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
