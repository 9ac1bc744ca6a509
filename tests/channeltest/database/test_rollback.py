"""The database between the two runs of a test."""

from __future__ import annotations

from unittest import mock

import pytest
from django.db import connection

from channeltest.database.rollback import rolled_back, sequences_reset
from tests.values.models import IntegerValue


@pytest.mark.django_db
def test_a_block_is_taken_back():
    IntegerValue.objects.create(name="before")
    with rolled_back():
        IntegerValue.objects.create(name="in")
    assert [value.name for value in IntegerValue.objects.all()] == ["before"]


@pytest.mark.django_db
def test_also_when_it_fails():
    with pytest.raises(ZeroDivisionError), rolled_back():
        IntegerValue.objects.create(name="in")
        raise ZeroDivisionError
    assert not IntegerValue.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_in_no_transaction_stays():
    with rolled_back():
        IntegerValue.objects.create(name="in")
    assert IntegerValue.objects.exists()


@pytest.mark.django_db
def test_sequences_go_on_where_they_were():
    statements = mock.Mock(return_value=["SELECT 1"])
    with mock.patch.multiple(connection, vendor="postgresql"):
        with mock.patch.object(connection.ops, "sequence_reset_sql", statements):
            sequences_reset()
    [(_, models)] = [call.args for call in statements.call_args_list]
    assert IntegerValue in models


@pytest.mark.django_db(transaction=True)
def test_sequences_of_a_test_without_a_transaction():
    def key(name="a"):
        return IntegerValue.objects.create(name=name).pk

    sequences_reset(["default"])
    first = key()
    IntegerValue.objects.all().delete()
    sequences_reset()
    assert key() == first + 1, "without being named, a database is left alone"
    IntegerValue.objects.all().delete()
    sequences_reset(["default"])
    assert key() == first
    sequences_reset(["default"])
    assert key("b") == first + 1, "the row that is there keeps its key"


def test_without_a_database_nothing_is_asked():
    sequences_reset()
    with rolled_back():
        pass
