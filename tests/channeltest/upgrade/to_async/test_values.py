from __future__ import annotations

import pytest

from channeltest.upgrade.to_async.values import NOUNS, Function, larger
from tests.channeltest.upgrade.projects import module


@pytest.mark.parametrize("kind", NOUNS)
def test_what_may_be_data_or_more(kind):
    assert larger("data", kind) == kind
    assert larger(kind, "data") == kind


def test_names():
    found = module(
        "app", "class C:\n    @property\n    @a.b\n    def f(self): pass\n\n\ndef g(): pass\n"
    )
    owner, plain = found.tree.body
    assert Function(found, owner.body[0], owner).name == "app.C.f"
    assert Function(found, plain).name == "app.g"
    assert Function(found, owner.body[0], owner).decorators == ["property", ""]
