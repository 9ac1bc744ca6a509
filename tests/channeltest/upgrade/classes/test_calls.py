from __future__ import annotations

import pytest

from channeltest.upgrade.classes.calls import CallTranslator
from channeltest.upgrade.functions.facts import Facts
from channeltest.upgrade.outcome import Left
from tests.channeltest.upgrade.classes.test_method import Consumer
from tests.channeltest.upgrade.projects import module


def translator(line, handler="receive"):
    found = module("m", f"def {handler}(self, message):\n    {line}\n")
    function = found.tree.body[0]
    facts = Facts(handler, True, True, (), notes_acceptance=handler == "connect")
    made = CallTranslator(found, function, facts, "message", Consumer())
    return made, function.body[0].value


def text(made):
    return made.result.edits.apply(*made.module.span(made.function.body[0]))


def test_sends_and_closes():
    made, call = translator("self.send(text='x', close=True)")
    made.call_send(call)
    assert text(made) == "self.send(text_data='x', close=True)"
    made, call = translator("self.close(status=4001)")
    made.call_close(call)
    assert text(made) == "self.close(code=4001)"
    assert [*made.events.values()] == [["late", "close"]]


def test_a_send_to_a_group():
    made, call = translator("self.group_send('g', 'x')")
    made.call_group_send(call)
    assert text(made) == "Group('g').send({\"text\": 'x'})"


def test_what_it_overrides():
    made, call = translator("super().connect(message)", "connect")
    made.call_super(call, call.func)
    assert text(made) == "super().connect()\n    self.is_accepted = True"
    assert [*made.events.values()] == [["accept"]]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("super().receive(text)", "it calls receive() of its base class"),
        ("super().other()", "it calls other() of its base class"),
    ],
)
def test_what_is_not_known(line, reason):
    made, call = translator(line)
    with pytest.raises(Left) as caught:
        made.call_super(call, call.func)
    assert reason in caught.value.reason
