from __future__ import annotations

import pytest

from channeltest.sources.edits import Edits
from channeltest.upgrade.sends.group_variables import group_variables, name_spans
from tests.channeltest.upgrade.projects import module


def variables(body):
    """The variables of a function that hold groups, with the names of the groups."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    found = module("m", f"from channels import Group\ndef f(room):\n{lines}")
    known = group_variables(found, found.definitions["f"])
    return {name: [found.source(each.args[0]) for each in calls] for name, calls in known.items()}


def test_one_variable():
    assert variables("g = Group(room)\ng.send({})\ng.add(m)\ng.discard(m)") == {"g": ["room"]}
    assert variables("g = Group(room)\nprint(g.name)") == {"g": ["room"]}


def test_one_that_is_assigned_twice():
    assert variables("if a:\n    g = Group('a')\nelse:\n    g = Group('b')\ng.send({})") == {
        "g": ["'a'", "'b'"]
    }


@pytest.mark.parametrize(
    "body",
    [
        "g = Group(room)\nlist(g)",
        "g = Group(room)\nreturn g",
        "g = Group(room)\ng = room\ng.send({})",
        "g = Group(room)\ng.send.x()",
        "g = Group(room)\ng.send",
        "g = Group(room)\ng.flush()",
        "g = Group(room)\nprint(f'{g}')",
        "g = h = Group(room)",
        "g: object = Group(room)",
        "g = Group()",
        "g = Other(room)",
        "room = Group(room)\nroom.send({})",
        "global g\ng = Group(room)",
        "for g in [Group(room)]:\n    g.send({})",
        "g = Group(room)\nh = lambda g: g.send({})",
    ],
)
def test_what_holds_something_else(body):
    assert variables(body) == {}


@pytest.mark.parametrize(
    ("group", "name"),
    [
        ("Group('a')", "'a'"),
        ("Group('a', )", "'a'"),
        ("Group('a' +\n      b)", "('a' +\n      b)"),
        ("Group(\n    'a',\n)", "('a')"),
    ],
)
def test_the_name_that_is_left(group, name):
    found = module("m", f"g = {group}\n")
    edits = Edits(found)
    for span, text in name_spans(found, found.tree.body[0].value):
        edits.replace(span, text)
    assert edits.apply() == f"g = {name}\n"
