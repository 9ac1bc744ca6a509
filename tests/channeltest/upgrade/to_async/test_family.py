from __future__ import annotations

import pytest

from channeltest.upgrade.to_async.family import Family, Member
from tests.channeltest.upgrade.projects import module

FOUND = module(
    "app",
    "class C(B):\n    a = b = 1\n    def f(self): pass\n\n\nclass D(C):\n    def f(self): pass\n",
)
FAMILY = Family("B", [Member(FOUND, node, node.bases[0]) for node in FOUND.tree.body])


def test_names():
    assert [each.name for each in FAMILY.members] == ["app.C", "app.D"]


def test_methods():
    assert [member.name for member, _ in FAMILY.methods("f")] == ["app.C", "app.D"]
    assert [*FAMILY.methods("a")] == []


@pytest.mark.parametrize("name", ["a", "b"])
def test_variables(name):
    assert [value.value for _, value in FAMILY.variable(name)] == [1]
    assert [*FAMILY.variable("f")] == []
