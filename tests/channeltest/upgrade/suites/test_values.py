from __future__ import annotations

import ast

import pytest

from channeltest.upgrade.suites.values import Value, arguments_of, assigned, calls_of, defaults_of
from tests.channeltest.upgrade.suites.cases import family, methods

TEXT = """
path = "/class/"

def setUp(self):
    self.user = "ann"

def say(self, text, more=1, *, last="l"):
    pass

def test_it(self):
    one = "a"
    two = one
    for each in "b", "c":
        pass
    for other in range(2):
        pass
    three, four = 3, 4
    self.say("x")
    self.say(text="y", more=2)
    self.dictate(1, "a", "b")
    self.dictate(2, "c")

def dictate(self, number, *sentences):
    for sentence in sentences:
        pass
"""


def values(name, method="test_it"):
    only, _, found = family(methods(TEXT))
    [test] = only.named(method)
    node = ast.parse(name, mode="eval").body
    return sorted(ast.unparse(each.node) for each in found.of(test, node))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("one", ["'a'"]),
        ("two", ["'a'"]),
        ("each", ["'b'", "'c'"]),
        ("other", ["*range(2)"]),
        ("four", ["4"]),
        ("self.path", ["'/class/'"]),
        ("self.user", ["'ann'"]),
        ("self.other", ["self.other"]),
        ("PATH", ["'/a/'"]),
        ("unknown", ["unknown"]),
        ("{'n': 1}", ["{'n': 1}"]),
    ],
)
def test_what_a_name_stands_for(name, found):
    assert values(name) == found


@pytest.mark.parametrize(
    ("name", "found"), [("text", ["'x'", "'y'"]), ("more", ["1", "2"]), ("last", ["'l'"])]
)
def test_an_argument(name, found):
    assert values(name, "say") == found


def test_each_of_the_arguments():
    assert values("sentence", "dictate") == ["'a'", "'b'", "'c'"]


def test_an_argument_of_one_call():
    only, _, found = family(methods(TEXT))
    [say] = only.named("say")
    one = {"text": Value(only.named("test_it")[0], ast.Constant("x"))}
    [value] = found.of(say, ast.Name("text", ast.Load()), one)
    assert value.node.value == "x"


def test_calls_arguments_and_defaults():
    only, _, _ = family(methods(TEXT))
    [say] = only.named("say")
    calls = [call for _, call in calls_of(only, say)]
    given = [{name: value.value for name, value in arguments_of(say, call)} for call in calls]
    assert given == [{"text": "x"}, {"text": "y", "more": 2}]
    assert {name: each.value for name, each in defaults_of(say)} == {"more": 1, "last": "l"}
    [test] = only.named("test_it")
    assert [each.value for each in assigned(test, "one")] == ["a"]
