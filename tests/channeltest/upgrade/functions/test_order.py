from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from channeltest.upgrade.functions.order import Disorder, Order


def check(text, handler="receive"):
    """Check code whose calls are named as the events that they are."""
    tree = ast.parse(dedent(text))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    events = {id(each): [each.func.id] for each in calls}
    order = Order(handler, events)
    order.check(tree.body)
    return order


GOOD = [
    "reply()\nsend()",
    "if x:\n    send()\nelse:\n    reply()",
    "for x in y:\n    send()",
    "while x:\n    reply()\n",
    "with atomic():\n    reply()\nsend()",
    "try:\n    reply()\nexcept ValueError:\n    reply()\nelse:\n    send()",
    "try:\n    send()\n    raise ValueError\nfinally:\n    send()",
    "def f():\n    pass\nreply()",
    "reply() if x else send()",
    "send(reply())",
    "while reply():\n    x()",
    "if x:\n    close()\n    return\nreply()",
    "send()\nsend()",
    "now()\nlate()\nlate()",
]
BAD = [
    "send()\nreply()",
    "if x:\n    send()\nreply()",
    "for x in y:\n    reply()\n    send()",
    "for x in y:\n    if x:\n        send()\n        break\nreply()",
    "with x:\n    send()\nadd()",
    "try:\n    send()\nexcept ValueError:\n    reply()",
    "try:\n    send()\nfinally:\n    reply()",
    "try:\n    return send()\nexcept ValueError:\n    reply()",
    "try:\n    if x:\n        send()\n        return\nexcept ValueError:\n    reply()",
    "close()\ncall()",
    "behind()\nreply()",
    "close()\nbehind()",
    "close()\nreply()",
    "close()\nclose()",
    "send()\ndiscard()",
    "accept()",
    "late()\nnow()",
    "for x in y:\n    now()\n    late()",
    "def f():\n    send()\nreply()",
    "reply(send())",
    "x and send()\nreply()",
    "[reply() or send() for x in y]",
    "[reply() for x in send()]",
    "while reply():\n    send()",
    "with suppress(ValueError):\n    send()\n    x()\n    return\nreply()",
    "try:\n    if x:\n        send()\n        return\nfinally:\n    reply()",
    "try:\n    x()\nexcept ValueError:\n    send()\n    raise\nfinally:\n    reply()",
    "close()\nsend()",
    "later(lambda: reply())\nsend()",
    "f = lambda: reply()\nsend()\nf()",
]


@pytest.mark.parametrize("text", GOOD)
def test_the_same_order(text):
    check(text)


@pytest.mark.parametrize("text", BAD)
def test_another_order(text):
    with pytest.raises(Disorder):
        check(text)


@pytest.mark.parametrize("text", ["accept()\nreply()", "accept()\nadd()\nsend()", "close()", "x"])
def test_connect(text):
    check(text, "connect")


@pytest.mark.parametrize(
    ("text", "may_refuse"),
    [
        ("accept() if x else close()", True),
        ("x and accept()", True),
        ("with suppress(ValueError):\n    accept()", True),
        ("with atomic():\n    accept()", False),
        ("try:\n    return\nfinally:\n    accept()", False),
    ],
)
def test_whether_it_may_refuse(text, may_refuse):
    assert any("accept" not in each for each in check(text, "connect").exits) is may_refuse


def test_sends_after_a_close():
    assert check("discard()\nclose()\nsend()")
    assert check("close()\nsend()", "connect")
    with pytest.raises(Disorder):
        check("add()\nclose()\nsend()", "connect")


@pytest.mark.parametrize("text", ["reply()\naccept()", "accept()\naccept()", "close()\naccept()"])
def test_connect_in_another_order(text):
    with pytest.raises(Disorder):
        check(text, "connect")


@pytest.mark.parametrize(
    ("text", "is_late"),
    [
        ("reply()", True),
        ("if x:\n    accept()\nreply()", True),
        ("accept()\nreply()", False),
    ],
)
def test_a_frame_before_the_acceptance(text, is_late):
    order = check(text, "connect")
    assert order.accepts_late is is_late
    assert all("accept" in each for each in order.exits)


def test_a_group_before_the_acceptance():
    assert check("add()", "connect").accepts_late
    assert check("if x:\n    add()\n    accept()", "connect").accepts_late is False
    assert check("add()", "receive").accepts_late is False


def test_disconnect():
    check("send()\ndiscard()", "disconnect")
    with pytest.raises(Disorder, match="a client that has left"):
        check("reply()", "disconnect")


def test_too_many_ways():
    kinds = ["reply", "send", "add", "discard", "close"]
    text = "\n".join(f"if x:\n    {kind}()\n    y" for kind in kinds)
    with pytest.raises(Disorder):
        check(text)


def test_replies_that_may_follow():
    tree = ast.parse("reply()\nsend()\nreply()")
    first, send, last = (each.value for each in tree.body)
    events = {id(first): ["reply"], id(send): ["send"], id(last): ["reply"]}
    order = Order("receive", events, {id(first), id(last)})
    order.check(tree.body)
    assert order.followers == {id(last)}


def test_one_of_several_things_may_happen():
    tree = ast.parse("x = {}\nreply()")
    found, reply = (each.value for each in tree.body)
    choices = {id(found): [["reply"], ["send"], ["close"]]}
    Order("receive", {}, (), choices).check(tree.body)
    with pytest.raises(Disorder):
        Order("receive", {id(reply): ["reply"]}, (), choices).check(tree.body)
    del choices[id(found)][1:]
    Order("receive", {id(reply): ["reply"]}, (), choices).check(tree.body)


def test_a_frame_behind_before_the_acceptance():
    assert check("behind()", "connect").accepts_late
    assert not check("accept()\nsend()\nbehind()", "connect").accepts_late
    with pytest.raises(Disorder):
        check("behind()", "disconnect")


def ways(text, *outcomes, handler="receive"):
    """Check code whose call ``one_of`` does one of several things."""
    tree = ast.parse(dedent(text))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    events = {id(each): [each.func.id] for each in calls if each.func.id != "one_of"}
    order = Order(handler, events)
    order.outcomes = {id(each): outcomes for each in calls if each.func.id == "one_of"}
    order.check(tree.body)
    return order.exits


def test_one_of_several_things():
    assert ways("one_of()", ["send"], ["reply"]) == {frozenset({"send"}), frozenset({"reply"})}
    assert ways("reply()\none_of()", ["send"], []) == {
        frozenset({"reply", "send"}),
        frozenset({"reply"}),
    }
    with pytest.raises(Disorder):
        ways("one_of()\nreply()", ["send"], [])


def test_answers_behind():
    assert check("send()\nbehind()").exits == {frozenset({"send"})}
    for text in "behind()\nreply()", "close()\nbehind()":
        with pytest.raises(Disorder):
            check(text)
    assert check("send()\nbehind()", "connect").accepts_late
    assert not check("accept()\nbehind()", "connect").accepts_late
