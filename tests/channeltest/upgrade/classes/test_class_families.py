from __future__ import annotations

import pytest

from channeltest.upgrade.classes.class_families import families
from channeltest.upgrade.outcome import Left
from tests.channeltest.upgrade.projects import project

TEXT = """\
from channels.generic.websockets import JsonWebsocketConsumer, WebsocketConsumer
from .base import Base

class A(WebsocketConsumer): pass
class B(JsonWebsocketConsumer): pass
class C(Base): pass
class D(C): pass
class Other: pass
"""
BASE = """\
from channels.generic.websockets import JsonWebsocketConsumer

class Base(JsonWebsocketConsumer): pass
"""


def members(text=TEXT, **others):
    return families(project(app__consumers=text, app__base=BASE, **others))


def found(text=TEXT, **others):
    return sorted([each.node.name for each in family] for family in members(text, **others))


def test_bases_come_first():
    assert found() == [["A"], ["B"], ["Base", "C", "D"]]


def test_members():
    [family] = [each for each in members() if each[1:]]
    base, child, grandchild = family
    assert (base.name, base.parents, base.is_json) == ("app.base.Base", [], True)
    assert (child.parents, grandchild.parents, grandchild.is_json) == ([base], [child], True)
    assert grandchild.order == [grandchild, child, base]


def test_classes_of_tests_are_none():
    assert found(app__tests="from .consumers import A\nclass T(A): pass\n") == found()


def test_a_file_that_does_not_mention_channels():
    assert ["A", "E"] in found(app__more="from .consumers import A\nclass E(A): pass\n")


MIXINS = """\
from channels.generic.websockets import WebsocketConsumer
class M(object): pass
class N(M): pass
class A(N, WebsocketConsumer): pass
class B(M, WebsocketConsumer): pass
class Alone(WebsocketConsumer, Unknown): pass
"""


def test_consumers_that_share_a_base():
    alone, _, [first, *others] = found(MIXINS)
    assert (alone, first, {*others}) == (["Alone"], "M", {"A", "B", "N"})
    assert others.index("N") < others.index("A")


def test_other_bases():
    [alone] = next(each for each in members(MIXINS) if each[0].others)
    assert [each.id for each in alone.others] == ["Unknown"]


def test_the_order_of_bases():
    text = MIXINS + "class Z(N, M, WebsocketConsumer): pass\nclass Y(M, N, WebsocketConsumer): pass"
    known = {each.node.name: each for family in members(text) for each in family}
    assert [each.node.name for each in known["Z"].order] == ["Z", "N", "M"]
    with pytest.raises(Left, match="no order"):
        known["Y"].order  # noqa: B018


def test_bases_behind_the_generic_consumer():
    text = MIXINS + "class Y(A, M): pass\nclass X(A, O): pass\nclass O: pass"
    known = {each.node.name: each for family in members(text) for each in family}
    assert [each.node.name for each in known["Y"].shadowed] == []
    assert [each.node.name for each in known["X"].shadowed] == ["O"]
    assert [each.node.name for each in known["X"].order] == ["X", "A", "N", "M", "O"]
    assert known["M"].shadowed == []


def test_classes_that_derive_from_each_other():
    text = "from channels.generic.websockets import WebsocketConsumer\n"
    text += "class A(B, WebsocketConsumer): pass\nclass B(A): pass"
    family, _ = found(text)
    assert {*family} == {"A", "B"}
