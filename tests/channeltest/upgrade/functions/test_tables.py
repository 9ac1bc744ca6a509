from __future__ import annotations

import ast

import pytest

from channeltest.upgrade.functions.tables import (
    callers,
    callers_of_registered,
    functions_of_call,
    is_registered,
)
from tests.channeltest.upgrade.projects import project

FUNCTIONS = "def one(m): pass\ndef two(m): pass\nTABLE = {'one': one, 'two': two}\n"


def called(body, **others):
    """The names of the functions that the call ``…(HERE)`` may call, and who calls ``one``."""
    indented = "\n".join(f"    {line}" for line in body.splitlines())
    found = project(c=f"{FUNCTIONS}def f(HERE):\n{indented}\n", **others)
    module = found.modules["c"]
    function = module.definitions["f"]
    calls = [
        each
        for each in ast.walk(function)
        if isinstance(each, ast.Call)
        if any(getattr(argument, "id", "") == "HERE" for argument in each.args)
    ]
    known = [functions_of_call(found, module, function, call) for call in calls]
    names = [sorted(each.name for _, each in functions) for functions in known]
    found_callers = []
    for use in found.uses("c.one"):
        found_callers.append(callers(found, use.module, use.node))
    return names, found_callers


@pytest.mark.parametrize(
    "body",
    [
        "TABLE[x](HERE)",
        "TABLE.get(x)(HERE)",
        "g = TABLE.get(x)\nif g is None:\n    return\ng(HERE)",
        "if x not in TABLE:\n    print(sorted(TABLE), ', '.join(TABLE.keys()))\nTABLE[x](HERE)",
        "for each in TABLE:\n    TABLE[each](HERE)",
    ],
)
def test_calls_of_a_table(body):
    names, ((caller,),) = called(body)
    assert names == [["one", "two"]]
    assert caller[0].name == "f" and isinstance(caller[1], ast.Call)


@pytest.mark.parametrize("body", ["t = {'a': one}\nt[x](HERE)", "{'a': one}[x](HERE)"])
def test_a_table_in_the_function(body):
    names, found = called(body)
    assert names == [["one"]]
    assert [None if each is None else len(each) for each in found] == [0, 1]


def test_a_table_of_another_file():
    names, found = called("pass", d="from c import TABLE\ndef g(HERE):\n    TABLE[1](HERE)\n")
    assert names == []
    assert [[function.name for function, _ in each] for each in found] == [["g"]]


def test_what_is_taken_where_nothing_is_found():
    names, found = called("g = TABLE.get(x, one)\ng(HERE)")
    assert names == [["one", "two"]]
    assert [len(each) for each in found] == [1, 1]


@pytest.mark.parametrize(
    "body",
    [
        "TABLE[x] = f",
        "TABLE.update(a=f)",
        "keep(TABLE)",
        "g = TABLE[x]\nkeep(g)",
        "g = TABLE[x]\ng = f\ng(HERE)",
        "return TABLE[x]",
        "for each in TABLE.values():\n    each(HERE)",
    ],
)
def test_a_table_that_others_have(body):
    _, found = called(body)
    assert found == [None]


def test_a_table_that_a_test_has():
    _, found = called("TABLE[x](HERE)", test_c="from c import TABLE\nprint(TABLE['a'])\n")
    assert found == [None]


@pytest.mark.parametrize(
    "body",
    ["{'a': print}[x](HERE)", "{'a': lambda m: m}[x](HERE)", "f.g(HERE)", "TABLE.pop(x)(HERE)"],
)
def test_functions_that_are_not_known(body):
    assert called(body)[0] == [[]]


@pytest.mark.parametrize(
    "text",
    ["def one(m): pass\none(1)\n", "def one(m): pass\nA, B = {'a': one}, 1\n"],
)
def test_a_function_that_is_in_no_table(text):
    found = project(c=text)
    (use,) = found.uses("c.one")
    assert callers(found, use.module, use.node) is None


REGISTRY = """\
TABLE = {}
def handles(name):
    def register(func):
        TABLE[name] = func
        return func
    return register
"""
ONE = "from r import TABLE, handles\n@handles('one')\ndef one(m): pass\n"
CALL = "def f(HERE):\n    TABLE[x](HERE)\n"


def registered(registry=REGISTRY, one=ONE, call=CALL):
    """What the call may call, and who calls the function that is registered."""
    found = project(r=registry, c=one + call)
    home = found.modules["c"]
    function = home.definitions["f"]
    known = functions_of_call(found, home, function, function.body[0].value)
    names = [each.name for _, each in known]
    calls = callers_of_registered(found, home, home.definitions["one"])
    return names, None if calls is None else [each.name for each, _ in calls]


def test_functions_that_a_decorator_puts_into_a_table():
    assert registered() == (["one"], ["f"])
    plain = "TABLE = {}\ndef handles(func):\n    TABLE[func.__name__] = func\n    return func\n"
    assert registered(plain, ONE.replace("('one')", "")) == (["one"], ["f"])


@pytest.mark.parametrize(
    "registry",
    [
        REGISTRY.replace("return func", "return wrap(func)"),
        REGISTRY.replace("= func", "= wrap(func)"),
        REGISTRY.replace("TABLE[name]", "TABLE.more"),
        REGISTRY.replace("TABLE = {}", "TABLE = OrderedDict()"),
        REGISTRY.replace("    return register", "    return print"),
    ],
)
def test_decorators_that_do_something_else(registry):
    names, calls = registered(registry)
    assert (names, calls) == ([], None)


def test_a_table_that_is_filled_elsewhere():
    assert registered(call=CALL + "TABLE['a'] = 1\n")[1] is None


def test_what_is_registered():
    found = project(r=REGISTRY, c=ONE + "@other\ndef two(m): pass\ndef three(m): pass\n")
    home = found.modules["c"]
    for name, expected in [("one", True), ("two", False), ("three", True)]:
        assert is_registered(found, home, home.definitions[name]) is expected
