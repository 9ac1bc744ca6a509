from __future__ import annotations

from channeltest.upgrade.suites.family import families
from tests.channeltest.upgrade.projects import project
from tests.channeltest.upgrade.suites.cases import family, method, methods, suite

TESTS = """\
from channels.test import ChannelTestCase

class {}({}):
    def test_it(self):
        pass
"""


def names(found):
    return [each.name for each in families(found)]


def test_classes_that_derive_from_each_other_in_several_files():
    found = project(
        app__base=TESTS.format("Base", "ChannelTestCase"),
        app__test_a="from .base import Base\n" + TESTS.format("A", "Base"),
        app__test_b="from app.base import Base\n\nclass B(Base):\n    pass\n",
        app__test_c=TESTS.format("C", "ChannelTestCase"),
    )
    assert names(found) == ["Base, A, B", "C"]


def test_a_mixin_that_uses_clients():
    mixin = "\nclass Mixin:\n    def say(self):\n        self.client.send_and_consume('x')\n"
    text = mixin + method("pass").replace("Tests(", "Tests(Mixin, ")
    assert names(suite(text)) == ["Mixin, Tests"]


def test_a_mixin_that_does_not():
    text = "\nclass Mixin:\n    pass\n" + method("pass").replace("Tests(", "Tests(Mixin, ")
    assert names(suite(text)) == ["Tests"]


def test_classes_without_the_dialect():
    assert names(project(app__tests="class A:\n    pass\n\nclass B(A):\n    pass\n")) == []


def test_methods():
    text = methods(
        """
        def test_a(this):
            this.b(super().c(), d())

        @staticmethod
        def b(this):
            pass
        """
    )
    found, _, _ = family(text)
    test, helper = found.methods
    assert (test.this, helper.this) == ("this", "")
    assert (test.is_test, helper.is_test) == (True, False)
    [call] = [each.value for each in test.node.body]
    assert [test.called(each) for each in (call, *call.args)] == ["b", "c", ""]
    assert found.named("b") == [helper]
