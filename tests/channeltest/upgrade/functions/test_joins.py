from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from channeltest.upgrade.functions.joins import JoinsFirst, nodes_in_order

EVENTS = {
    "send": ["late", "send"],
    "behind": ["late", "behind"],
    "now": ["now", "send"],
    "add": ["add"],
    "reply": ["reply"],
}


def ordered(text):
    """The code in the order of 1.x; its calls are named as what they do."""
    tree = ast.parse(dedent(text))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    events = {id(each): EVENTS.get(each.func.id, []) for each in calls}
    found = JoinsFirst(tree.body, events)
    return "\n".join(map(ast.unparse, found.body)), len(found.swaps)


@pytest.mark.parametrize(
    ("before", "after", "swaps"),
    [
        ("send()\nadd()", "add()\nsend()", 1),
        ("behind()\nadd()", "add()\nbehind()", 1),
        ("send()\nsend()\nadd()", "add()\nsend()\nsend()", 2),
        ("send()\nadd()\nadd()", "add()\nadd()\nsend()", 2),
        ("if x:\n    send()\n    add()", "if x:\n    add()\n    send()", 1),
        ("send()\nif x:\n    add()", "if x:\n    add()\nsend()", 1),
        ("for x in y:\n    send()\n    add()", "for x in y:\n    add()\n    send()", 1),
        (
            "try:\n    send()\n    add()\nexcept ValueError:\n    send()\n    add()",
            "try:\n    add()\n    send()\nexcept ValueError:\n    add()\n    send()",
            2,
        ),
    ],
)
def test_joins_come_first(before, after, swaps):
    assert ordered(before) == (after, swaps)


@pytest.mark.parametrize(
    "text",
    [
        "add()\nsend()",
        # An immediate send left before the join.
        "now()\nadd()",
        "reply()\nadd()",
        "send()\nx = 1\nadd()",
        "x = send()\nadd()",
        "send()\nif f():\n    add()",
        "send()\nif x:\n    add()\n    f()",
        "def f():\n    send()\n    add()",
        # What sends may change which group it is, or fail.
        "send(room)\nadd(room.group)",
        "try:\n    send(x['y'])\n    add()\nexcept KeyError:\n    pass",
        "try:\n    send(tell(x))\n    add()\nexcept ValueError:\n    pass",
    ],
)
def test_others_stay(text):
    assert ordered(text) == (ast.unparse(ast.parse(text)), 0)


def test_a_send_that_does_not_fail_is_swapped_in_a_try():
    text = "try:\n    send(dumps({'a': x.y}))\n    add()\nexcept ValueError:\n    pass"
    after, swaps = ordered(text)
    assert swaps == 1 and after.index("add") < after.index("send")


def test_a_function_that_changes_nothing():
    tree = ast.parse("announce(room)\nadd(room.group)")
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    events = {id(each): {"announce": ["send"], "add": ["add"]}[each.func.id] for each in calls}
    asked: list[str] = []

    def may_change(name: str) -> bool:
        asked.append(name)
        return len(asked) == 1

    swaps = [len(JoinsFirst(tree.body, events, may_change).swaps) for _ in range(2)]
    assert (swaps, asked) == ([0, 1], ["announce", "announce"])


def test_the_source_stays():
    tree = ast.parse("if x:\n    send()\n    add()")
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    JoinsFirst(tree.body, {id(each): EVENTS[each.func.id] for each in calls})
    assert ast.unparse(tree) == "if x:\n    send()\n    add()"


def test_nodes_in_order():
    body = ast.parse(
        "try:\n    a(b)\nexcept C:\n    d\nelse:\n    e\nfinally:\n    f\nif g:\n    h"
    ).body
    names = [each.id for each in nodes_in_order(body) if isinstance(each, ast.Name)]
    assert "".join(names) == "abCdefgh"
    swapped = [each.id for each in nodes_in_order(body[::-1]) if isinstance(each, ast.Name)]
    assert "".join(swapped) == "ghabCdef"
