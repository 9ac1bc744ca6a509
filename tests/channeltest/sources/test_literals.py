from __future__ import annotations

import ast

import pytest

from channeltest.sources.literals import literal, spelled_dict


def expression(text):
    return ast.parse(text, mode="eval").body


@pytest.mark.parametrize(
    ("text", "found"),
    [("'a'", "a"), ("''", ""), ("b'a'", None), ("1", None), ("a", None), ("f'{a}'", None)],
)
def test_a_text(text, found):
    assert literal(expression(text)) == found


def test_no_expression():
    assert literal(None) is None and spelled_dict(None) is None


@pytest.mark.parametrize("text", ["{'a': b, 'c': 1}", "dict(a=b, c=1)"])
def test_a_dict(text):
    found = spelled_dict(expression(text))
    assert ast.unparse(found) == "{'a': b, 'c': 1}"
    assert found.col_offset == 0


@pytest.mark.parametrize("text", ["dict(a)", "dict(**a)", "other(a=1)", "a.dict(b=1)", "[]"])
def test_no_dict_that_is_spelled_out(text):
    assert spelled_dict(expression(text)) is None
