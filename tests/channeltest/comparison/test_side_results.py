"""What a run leaves behind: rows by value, without what no two runs have in common."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.core import mail
from django.utils import timezone

from channeltest import captive_layers
from channeltest.comparison.side import Results
from tests.values.models import IntegerValue

pytestmark = pytest.mark.django_db


def lines(kind, write):
    results = Results([kind])
    # Receivers of signals may send to a layer.
    with captive_layers():
        write()
    results.collect()
    return [line.strip() for line in results.lines[1:]]


def test_nothing_unless_asked_for():
    results = Results([])
    results.collect()
    assert results.lines == []


def test_rows_field_by_field():
    assert lines("database", lambda: IntegerValue.objects.create(name="a", value=2)) == [
        "values.IntegerValue #1: name='a' value=2"
    ]


def test_keys_that_the_database_counts():
    IntegerValue.objects.create(name="gone").delete()
    [line] = lines("database", lambda: IntegerValue.objects.create(name="a"))
    assert "#1" in line


def test_bulk_writes():
    def write():
        IntegerValue.objects.bulk_create([IntegerValue(name=name) for name in "ab"])
        IntegerValue.objects.update(value=3)

    assert len([line for line in lines("database", write) if line.endswith("value=3")]) == 2


def test_what_differs_by_nature():
    def write():
        User.objects.create_user("ada", password="secret", last_login=timezone.now())
        Session.objects.create(session_key="x", expire_date=timezone.now())

    [line] = lines("database", write)
    assert "password=<password>" in line
    assert "date_joined=<now>" in line
    assert "last_login=<now>" in line


def test_keys_of_other_rows():
    def write():
        # Whatever other tests have committed is not of this one.
        User.objects.all().delete()
        Group.objects.all().delete()
        User.objects.create_user("ada").groups.add(Group.objects.create(name="staff"))

    found = lines("database", write)
    assert "auth.User_groups #1: user_id=#1 group_id=#1" in found


def test_mails():
    def write():
        mail.outbox.clear()
        mail.send_mail("subject", "body", "a@example.com", ["b@example.com"])

    [line] = lines("mail", write)
    assert all(part in line for part in ("subject", "body", "a@example.com", "b@example.com"))
