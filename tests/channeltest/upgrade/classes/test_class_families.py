from __future__ import annotations

from channeltest.upgrade.classes.class_families import families
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


def found(**others):
    made = families(project(app__consumers=TEXT, app__base=BASE, **others))
    return [[each.node.name for each in family] for family in made]


def test_bases_come_first():
    assert sorted(found()) == [["A"], ["B"], ["Base", "C", "D"]]


def test_members():
    [family] = [each for each in families(project(app__consumers=TEXT, app__base=BASE)) if each[1:]]
    base, child, grandchild = family
    assert (base.name, base.parent, base.is_json) == ("app.base.Base", None, True)
    assert (child.parent, grandchild.parent, grandchild.is_json) == (base, child, True)


def test_classes_of_tests_are_none():
    assert sorted(found(app__tests="from .consumers import A\nclass T(A): pass\n")) == sorted(
        found()
    )
