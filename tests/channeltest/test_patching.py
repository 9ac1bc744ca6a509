"""`communicators.replaced`: an attribute that is put back exactly once."""

from __future__ import annotations

from channeltest.patching import Replaced


class Owner:
    name = "the class's"


def test_put_back_by_removal():
    owner = Owner()
    replaced = Replaced(owner, "name", "ours")
    assert owner.name == "ours"
    replaced.undo()
    assert vars(owner) == {}
    replaced.undo()


def test_put_back_what_was_there():
    owner = Owner()
    owner.name = "its own"
    Replaced(owner, "name", "ours").undo()
    assert owner.name == "its own"


def test_nested():
    owner = Owner()
    outer = Replaced(owner, "name", "outer")
    inner = Replaced(owner, "name", "inner")
    inner.undo()
    assert owner.name == "outer"
    outer.undo()
    assert vars(owner) == {}


def test_what_somebody_else_replaced_stays():
    owner = Owner()
    replaced = Replaced(owner, "name", "ours")
    owner.name = "theirs"
    replaced.undo()
    assert owner.name == "theirs"
