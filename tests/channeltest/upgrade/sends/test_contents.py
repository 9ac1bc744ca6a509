from __future__ import annotations

import ast

import pytest

from channeltest.upgrade.sends.contents import spelled_dict


def spelled(text):
    return spelled_dict(ast.parse(text, mode="eval").body)


@pytest.mark.parametrize("text", ["{'a': 1, 'b': f(2)}", "dict(a=1, b=f(2))"])
def test_dicts(text):
    assert ast.unparse(spelled(text)) == "{'a': 1, 'b': f(2)}"


@pytest.mark.parametrize("text", ["a", "dict(a)", "dict(**a)", "f(a=1)", "m.dict(a=1)", "[]"])
def test_others(text):
    assert spelled(text) is None
    assert spelled_dict(None) is None
