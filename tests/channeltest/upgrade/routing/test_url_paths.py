from __future__ import annotations

import ast

import pytest

from channeltest.upgrade.routing.url_paths import (
    UnknownPath,
    respelled,
    spelled,
    start_of,
    with_slash_behind,
    without_slash,
)
from tests.channeltest.upgrade.projects import module


@pytest.mark.parametrize(
    ("regex", "start", "pattern"),
    [
        (None, "open", ""),
        ("", "open", ""),
        (".*", "open", ""),
        ("^/", "slash", "^"),
        ("^/chat/$", "slash", "^chat/$"),
        ("/chat", "slash", "^chat"),
        (r"^\/chat", "slash", "^chat"),
        ("^/?chat", "optional", "^chat"),
        ("^/?$", "optional", "^$"),
        (r"^/(?P<room>a|b)/$", "slash", r"^(?P<room>a|b)/$"),
        (r"^/[|]$", "slash", "^[|]$"),
        ("^chat/", "bare", "^chat/"),
    ],
)
def test_patterns(regex, start, pattern):
    assert (start_of(regex), without_slash(regex)) == (start, pattern)


@pytest.mark.parametrize("regex", ["^/a|^/b", "(?i)^/a", "^/+a", "^[/]a", "(?x)/a"])
def test_patterns_that_are_not_known(regex):
    with pytest.raises(UnknownPath):
        without_slash(regex)


@pytest.mark.parametrize(
    "prefix", ["^ws", r"^(?P<slug>[\w-]+)/live", r"^(?P<n>\d+)", "^(?P<x>[^/]+)"]
)
def test_prefixes(prefix):
    assert with_slash_behind(prefix) == prefix + "/"


@pytest.mark.parametrize(
    "prefix",
    [
        "^ws/", "^a.b", "^(?P<x>.+)", "^(?P<x>[^$]+)", "^a(/b)?", r"^\w+?", "^(a|ab)", r"^\S+",
        "^a$", "^a/*", "^(a/b)",
    ],
)  # fmt: skip
def test_prefixes_that_may_take_more(prefix):
    with pytest.raises(UnknownPath):
        with_slash_behind(prefix)


@pytest.mark.parametrize(
    ("pattern", "before", "text"),
    [
        ("^a", "r'^/a'", "r'^a'"),
        ("^a", "PATH", 'r"^a"'),
        ("^'", "'^/'", '"^\'"'),
        ("^\\", "'^/'", "'^\\\\'"),
    ],
)
def test_spelling(pattern, before, text):
    assert spelled(pattern, before) == text


@pytest.mark.parametrize(
    ("node", "before", "expected"),
    [
        ("r'^/room/' + SLUG + '$'", "^/room/x$", "r'^room/' + SLUG + '$'"),
        ('"^/" + SLUG', "^/x", 'r"^" + SLUG'),
        (r"'\\A/%s/$' % SLUG", r"\A/x/$", "r'^%s/$' % SLUG"),
        ("SLUG + '/'", "^/x/", None),
        ("'^/room/'", "^/room/", None),
        ("'' + SLUG", "^/x", None),
        ("'^room/' + SLUG", "^room/x", None),
    ],
)
def test_a_filter_that_is_put_together(node, before, expected):
    found = module("routing", node)
    [statement] = found.tree.body
    assert isinstance(statement, ast.Expr)
    assert respelled(found, statement.value, without_slash(before), before) == expected


def test_a_prefix_that_took_a_slash():
    found = module("routing", "'^/' + SLUG")
    [statement] = found.tree.body
    assert isinstance(statement, ast.Expr)
    assert respelled(found, statement.value, "^x/", "^/x") is None
