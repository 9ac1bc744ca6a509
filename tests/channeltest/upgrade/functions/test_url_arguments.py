from __future__ import annotations

import pytest

from channeltest.upgrade.functions.url_arguments import argument_lines
from channeltest.upgrade.outcome import Left
from tests.channeltest.upgrade.projects import module

KWARGS = 'self.scope["url_route"]["kwargs"]'
ONE, OTHER = r"^/(?P<a>\w+)/$", r"^/other/$"
OPTIONAL = r"^/(?P<a>\w+)?/$"


def lines(argument, *paths):
    """The lines for one argument behind the message."""
    found = module("m", f"def f(message, {argument}):\n    pass\n")
    name = argument.partition("=")[0]
    return argument_lines(found, found.definitions["f"], [name], {name}, paths)


@pytest.mark.parametrize(
    ("argument", "paths", "value"),
    [
        ("a", [ONE], '["a"]'),
        ("a", [None], '["a"]'),
        ("a", [OPTIONAL], '.get("a")'),
        ("a=1", [OPTIONAL], '.get("a")'),
        ("a=1", [ONE], '["a"]'),
        ("a=1", [OTHER], '.get("a", 1)'),
        ("a='b'", [ONE, OTHER], ".get(\"a\", 'b')"),
        ("a=None", [ONE, OTHER], '.get("a")'),
        ("a=None", [OPTIONAL, OTHER], '.get("a")'),
        ("a=None", [None], '.get("a")'),
        ("a=None", [], '.get("a")'),
    ],
)
def test_an_argument(argument, paths, value):
    assert lines(argument, *paths) == [f"a = {KWARGS}{value}"]


@pytest.mark.parametrize(
    ("argument", "paths"),
    [
        ("a=1", [OPTIONAL, OTHER]),
        ("a=1", [None]),
        ("a=1", []),
        ("a=b", [OTHER]),
    ],
)
def test_one_that_may_be_missing(argument, paths):
    with pytest.raises(Left, match="may be missing"):
        lines(argument, *paths)


def test_an_argument_that_is_not_used():
    found = module("m", "def f(message, a, b=2):\n    pass\n")
    assert argument_lines(found, found.definitions["f"], ["a", "b"], {"a"}, [OTHER]) == [
        f'a = {KWARGS}["a"]'
    ]
