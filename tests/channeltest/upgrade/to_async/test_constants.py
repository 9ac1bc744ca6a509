from __future__ import annotations

import ast

import pytest

from channeltest.upgrade.outcome import Left
from channeltest.upgrade.to_async.constants import check_variable, is_constant
from tests.channeltest.upgrade.projects import module, project

IMPORTS = "import logging\nimport re\nfrom django.conf import settings\n"


def value_of(found):
    return found.definitions["X"].value


@pytest.mark.parametrize(
    "text",
    [
        *("1", '"a"', "-1", "(1, 'a')", "60 * 60", "settings.DEBUG", "frozenset(['a', 'b'])"),
        *('re.compile("a")', "logging.getLogger(__name__)", 'getattr(settings, "A", 10)'),
        *('int("1")', "__name__", "re.compile(A)"),
    ],
)
def test_constants(text):
    found = module("app", f"{IMPORTS}X = {text}\n")
    assert is_constant(found, value_of(found))


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{}",
        "f()",
        "(1, [])",
        "re.sub('a', 'b', f())",
        "open('a')",
        "getattr(a, 'b')",
        "a + 1",
        "tuple(a)",
    ],
)
def test_no_constants(text):
    found = module("app", f"{IMPORTS}X = {text}\n")
    assert not is_constant(found, value_of(found))


def check(text, value='{"a": 1}', **others):
    found = project(app=f"X = {value}\n\n\ndef f(a):\n    {text}\n", **others)
    at = Left(found.modules["app"], ast.Name("X", lineno=1), "it may change")
    check_variable(found, found.modules["app"], value_of(found.modules["app"]), "X", at)


@pytest.mark.parametrize(
    "text",
    [
        *('X["a"]', 'X.get("a")', "a in X", "for b in X: pass", "sorted(X)", "len(X)"),
        *("if X: pass", "[b for b in X]", 'return X["a"]', "not X"),
    ],
)
def test_a_collection_that_is_read(text):
    check(text)
    check("pass", other=f"from app import X\n\n\ndef f(a):\n    {text}\n")


@pytest.mark.parametrize(
    "text",
    [
        *('X["a"] = 1', "X.update(a)", "X.clear()", 'del X["a"]', "return X", "b = X", "f(X)"),
        *("global X\n    X = 1", "X.pop('a')", "X.b = 1"),
    ],
)
def test_a_collection_that_may_change(text):
    with pytest.raises(Left, match="may change"):
        check(text)


@pytest.mark.parametrize(
    "text",
    ['f(X["a"]["b"])', 'return X["a"].get("b")', '1 in X["a"]', 'for b in X["a"]: pass', "len(X)"],
)
def test_a_collection_of_collections(text):
    check(text, '{"a": {"b": 1}}')


@pytest.mark.parametrize(
    "text",
    [
        *('X["a"].update(a)', 'return X["a"]', 'b = X["a"]', 'X["a"][0] = 1', 'X.get("a").clear()'),
        *("for b in X.values(): b.clear()", "b = sorted(X)"),
    ],
)
def test_a_collection_in_a_collection_that_may_change(text):
    with pytest.raises(Left, match="may change"):
        check(text, '{"a": {"b": 1}}')


def test_a_constant_that_a_function_assigns_to():
    check("return X", "1")
    with pytest.raises(Left, match="may change"):
        check("global X\n    X = 2", "1")


def test_no_collection():
    with pytest.raises(Left, match="may change"):
        check("pass", "connect()")
