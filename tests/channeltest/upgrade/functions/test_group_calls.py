from __future__ import annotations

import ast

import pytest

from channeltest.upgrade.functions.facts import Facts
from channeltest.upgrade.functions.group_calls import GroupTranslator
from channeltest.upgrade.functions.message import Translator
from channeltest.upgrade.outcome import Left
from tests.channeltest.upgrade.projects import module

HEAD = "from channels import Channel, Group\ndef f(message):\n    "


def translator(body):
    found = module("m", f"{HEAD}{body}\n")
    return Translator(found, found.tree.body[-1], Facts("receive", True, True, {"tell"}))


def translated(body):
    used = translator(body)
    edits = used.translate().edits
    return edits.apply(*used.module.span(used.function.body[-1])), used.events_in_order()


@pytest.mark.parametrize(
    ("body", "text", "events"),
    [
        (
            "Group('a').add(message.reply_channel)",
            "async_to_sync(self.channel_layer.group_add)('a', self.channel_name)",
            ["add"],
        ),
        ("Group('a').send({'text': 'b'})", "Group('a').send({'text': 'b'})", ["send", "late"]),
        ("Channel('a').send({})", "Channel('a').send({})", []),
        ("Channel(name).send({})", "Channel(name).send({})", ["send", "late"]),
        ("tell(1)", "tell(1)", ["send"]),
    ],
)
def test_calls(body, text, events):
    assert translated(body) == (text, events)


@pytest.mark.parametrize(
    "body",
    [
        "Group('a').add(other)",
        "Group('a').send({'text': 'b'}, True, now=1)",
        "Group('a', 'b').add(message.reply_channel)",
    ],
)
def test_what_is_not_known(body):
    with pytest.raises(Left):
        translated(body)


def test_who_translates_the_rest():
    found = module("m", f"{HEAD}Group(a).send(b)\n")
    function = found.tree.body[-1]
    groups = GroupTranslator(found, function, Facts("receive", True, True, ()))
    call = function.body[0].value
    assert isinstance(call.func, ast.Attribute)
    with pytest.raises(NotImplementedError):
        groups.visit_group(call, call.func)


@pytest.mark.parametrize(
    ("body", "is_known"),
    [
        ("data = {'text': 'a'}\ndata['text'] = 'b'\nGroup('a').send(data)", True),
        ("for x in y:\n    data = {}\n    data['text'] = x\n    Group('a').send(data)", True),
        ("data = {'text': 'a'}\nGroup('a').send(data)\ndata['text'] = 'b'", False),
        ("data = {}\nfor x in y:\n    data['text'] = x\n    Group('a').send(data)", False),
    ],
)
def test_what_is_changed_behind_a_send(body, is_known):
    used = translator(body.replace("\n", "\n    "))
    if is_known:
        assert used.translate()
    else:
        with pytest.raises(Left, match="changes what it sends"):
            used.translate()
