"""The one way in which somebody else's attribute is replaced."""

from __future__ import annotations

from types import SimpleNamespace
from unittest import mock

import pytest

from channeltest.patching import Patch, Patches


@pytest.fixture
def owner():
    return SimpleNamespace(name="theirs")


def test_the_last_of_several_users_puts_it_back(owner):
    patch = Patch(owner, "name", "ours")
    patch.start()
    patch.start()
    patch.stop()
    assert (owner.name, patch.is_active) == ("ours", True)
    patch.stop()
    assert (owner.name, patch.is_active) == ("theirs", False)


def test_an_attribute_that_was_not_there(owner):
    patch = Patch(owner, "other", "ours")
    patch.start()
    patch.stop()
    assert not hasattr(owner, "other")


def test_an_attribute_of_the_class_is_seen_again(owner):
    class Kind:
        name = "the class's"

    thing = Kind()
    patch = Patch(thing, "name", "ours")
    patch.start()
    assert thing.name == "ours"
    patch.stop()
    assert vars(thing) == {}


def test_a_mock_put_there_meanwhile_stays(owner):
    patch = Patch(owner, "name", "ours")
    patch.start()
    owner.name = "a mock"
    patch.stop()
    assert owner.name == "a mock"


def test_a_mock_that_was_there_before_is_no_original(owner):
    patch = Patch(owner, "name", "ours")
    with mock.patch.object(owner, "name", "a mock"):
        patch.start()
    patch.stop()
    assert owner.name == "theirs"
    patch.start()
    patch.stop()
    assert owner.name == "theirs"


def test_only_instead_of_what_it_is_made_for(owner):
    patch = Patch(owner, "name", "ours", instead_of="theirs")
    with mock.patch.object(owner, "name", "a mock"):
        assert not patch.start()
        assert owner.name == "a mock"
    assert patch.start()
    patch.stop()
    assert owner.name == "theirs"


def test_stop_without_start(owner):
    Patch(owner, "name", "ours").stop()
    assert owner.name == "theirs"


def test_patches_stop_what_they_have_started(owner):
    shared = Patch(owner, "name", "ours", instead_of="theirs")
    shared.start()
    owner.name = "a mock"
    left_out = Patch(owner, "name", "another's", instead_of="theirs")
    both = Patches(shared, left_out)
    both.start()
    both.start()
    both.stop()
    both.stop()
    assert shared.is_active
    shared.stop()
    assert owner.name == "a mock"


def test_a_mock_that_puts_ours_back_too_late(owner):
    patch = Patch(owner, "name", "ours")
    patch.start()
    with mock.patch.object(owner, "name", "a mock"):
        patch.stop()
    assert (owner.name, patch.is_active) == ("ours", False)
    patch.start()
    assert patch.original == "theirs"
    patch.stop()
    assert owner.name == "theirs"
