"""What a run leaves behind: rows by value, without what no two runs have in common."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.contrib.sessions.models import Session
from django.core import mail
from django.utils import timezone

from channeltest import captive_layers
from channeltest.comparison.results import Results
from tests.values.models import IntegerValue, Offer, Shop, Tagged

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


def offers(skipped, slug="s", thing=None):
    """Write an offer; before it, as many rows are written and deleted as the sequences skip."""

    def write():
        for number in range(skipped):
            Shop.objects.create(slug=f"gone-{number}").delete()
            IntegerValue.objects.create(name=f"gone-{number}").delete()
        # SQLite gives the key of the last row again.
        shop = Shop(slug=slug, pk=skipped + 1)
        shop.save()
        other = thing() if thing else IntegerValue.objects.create(name="a", pk=skipped + 1)
        Offer.objects.create(shop=shop, near=shop, thing=other)

    return write


def offered(*args):
    return [line for line in lines("database", offers(*args)) if "values." in line]


def test_keys_that_a_sequence_has_skipped():
    found = offered(7)
    Offer.objects.all().delete()
    Shop.objects.all().delete()
    IntegerValue.objects.all().delete()
    assert offered(0) == found
    assert [line.split(":")[0] for line in found] == [
        "values.IntegerValue #1", "values.Offer #1", "values.Place #1", "values.Shop #1"
    ]  # fmt: skip
    assert "shop_id=#1 near_id='s' content_type_id=('values', 'integervalue')" in found[1]
    assert found[1].endswith("object_id=#1")


def test_a_key_that_is_random():
    *_, line, _, _, tagged = offered(0, "s", lambda: Tagged.objects.create(name="a"))
    assert line.endswith("object_id='<uuid 1>'")
    assert tagged == "values.Tagged '<uuid 1>': name='a'"


def test_rows_with_random_keys():
    def write():
        for name in "abcdef":
            Tagged.objects.create(name=name)

    numbered = enumerate("abcdef", 1)
    found = [f"values.Tagged '<uuid {number}>': name='{name}'" for number, name in numbered]
    assert lines("database", write)[-6:] == found


def test_permissions_by_their_natural_key():
    def write():
        User.objects.all().delete()
        _, other = Permission.objects.order_by("pk")[:2]
        User.objects.create_user("ada").user_permissions.add(other)
        expected.append(repr(other.natural_key()))

    expected = []
    found = lines("database", write)
    assert f"auth.User_user_permissions #1: user_id=#1 permission_id={expected[0]}" in found


def test_mails():
    def write():
        mail.outbox.clear()
        mail.send_mail("subject", "body", "a@example.com", ["b@example.com"])

    [line] = lines("mail", write)
    assert all(part in line for part in ("subject", "body", "a@example.com", "b@example.com"))
