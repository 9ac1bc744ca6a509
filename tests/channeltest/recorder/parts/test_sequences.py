"""Keys begin anew, also where no transaction gives them back."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from channeltest.recorder.parts.sequences import reset_sequences

# Bindings of other test modules send what is saved.
pytestmark = pytest.mark.channels


class Case:
    databases = ("default",)


class OfDjango1:
    multi_db = False


@pytest.mark.parametrize("case", [Case, OfDjango1])
@pytest.mark.django_db(transaction=True)
def test_without_a_transaction(case):
    Group.objects.create(name="a").delete()
    reset_sequences(case)
    assert Group.objects.create(name="b").pk == 1


@pytest.mark.django_db
def test_in_a_transaction_keys_go_on_from_the_highest():
    first = Group.objects.create(name="a")
    reset_sequences(Case)
    assert Group.objects.create(name="b").pk == first.pk + 1
