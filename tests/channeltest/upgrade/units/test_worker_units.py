from __future__ import annotations

import pytest

from channeltest.upgrade.outcome import Left
from channeltest.upgrade.units.worker_units import check_unit, worker_units
from tests.channeltest.upgrade.projects import project


def units(entries, more=""):
    text = f"from channels import route\nimport work as w\nx = [{entries}]\n{more}"
    functions = "def f(m): pass\ndef g(m): pass\nclass C: pass\n"
    return project(work=functions, other="def h(m): pass\n", routing=text)


def found(entries):
    return [*worker_units(units(entries))]


def test_the_functions_of_each_channel():
    [first, second] = found("route('a', w.f), route('b', w.g), route('a', w.g, x='1')")
    assert (first.channel, first.names) == ("a", ["work.f", "work.g"])
    assert (second.channel, second.names) == ("b", ["work.g"])
    assert [each.has_filters for each in (first, second)] == [True, False]


@pytest.mark.parametrize("entry", ["'http.request', w.f", "'a', w.C", "'a', w.unknown", "a, w.f"])
def test_others(entry):
    assert found(f"route({entry})") == []


@pytest.mark.parametrize(
    ("filters", "condition"),
    [
        ("command='^join$'", 'event.get("command") == "join"'),
        ("command='join$'", 'event.get("command") == "join"'),
        ("command='join'", 'str(event.get("command", "")).startswith("join")'),
        ("a='^x$', b='^y$'", 'event.get("a") == "x" and event.get("b") == "y"'),
    ],
)
def test_conditions(filters, condition):
    [unit] = found(f"route('a', w.f, {filters})")
    assert unit.class_lines("C", "  ")[2:] == [f"    if {condition}:", "      f(event)"]


@pytest.mark.parametrize("regex", ["'^(?P<x>a)$'", "'a|b'", "''", "'a.'", "unknown"])
def test_unknown_filters(regex):
    [unit] = found(f"route('a', w.f, command={regex})")
    with pytest.raises(Left, match="by more than a text"):
        unit.class_lines("C", "  ")


@pytest.mark.parametrize(
    ("entries", "more", "reason"),
    [
        ("route('a b', w.f)", "", "a handler cannot be called 'a b'"),
        ("route('a', w.f, x='1'), route('a', 'other.h')", "", "not in one module"),
        ("route('a', w.f), route('a', w.g)", "", "behind one without a filter"),
        ("route('a', w.f, x='1')", "y = [route('a', w.g)]", "another route has messages"),
    ],
)
def test_problems(entries, more, reason):
    made = units(entries, more)
    with pytest.raises(Left, match=reason):
        check_unit(made, next(worker_units(made)))
