from __future__ import annotations

import pytest

from channeltest.upgrade.functions.facts import Facts
from channeltest.upgrade.functions.helper import HelperTranslator
from channeltest.upgrade.functions.helpers import Helper
from channeltest.upgrade.outcome import Left
from tests.channeltest.upgrade.projects import IMPORTS, module


def helper(body):
    text = f"{IMPORTS}def f(message, *args, **kwargs):\n    " + body.replace("\n", "\n    ")
    found = module("c", text + "\n")
    node = found.definitions["f"]
    return Helper("c.f", found, node, node, 0, None)


def run(body):
    found = helper(body)
    translator = HelperTranslator(found, Facts("connect", True, True, ()))
    events = translator.run()
    return (
        translator.result.edits.apply().partition("**kwargs):\n    ")[2].rstrip(),
        events,
        translator,
    )


def test_what_it_does_with_the_message():
    text, events, _ = run('message.reply_channel.send({"text": message.user.name})')
    assert text == 'consumer.send(text_data=consumer.scope["user"].name)'
    assert events == ["late", "reply"]


def test_what_it_returns():
    text, events, _ = run("return message.user.pk")
    assert (text, events) == ('return consumer.scope["user"].pk', [])


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('message.reply_channel.send({"accept": True})', "may be accepted already"),
        ('return message["text"]', "not at hand in this function"),
        ("consumer = 1", "a name 'consumer'"),
        ("message = 1", "assigns to its message"),
        ("keep(message)", "hands the message to something else"),
    ],
)
def test_left(body, reason):
    with pytest.raises(Left, match=reason):
        run(body)


def test_a_reply_channel():
    found = helper('message.send({"text": "x"})\nsave(message.name)')
    found.takes_channel = True
    translator = HelperTranslator(found, Facts("receive", True, True, ()))
    assert translator.run() == ["late", "reply"]
    text = translator.result.edits.apply()
    assert 'consumer.send(text_data="x")\n    save(consumer.channel_name)' in text


def test_a_reply_channel_that_is_handed_on():
    found = helper("keep(message)")
    found.takes_channel = True
    with pytest.raises(Left, match="hands the reply channel to something else"):
        HelperTranslator(found, Facts("receive", True, True, ())).run()


def test_answers_behind_what_groups_get():
    found = helper('message.reply_channel.send({"text": "x"})')
    found.follows_sends = True
    translator = HelperTranslator(found, Facts("receive", True, True, ()))
    assert translator.run() == ["late", "behind"]
    assert "(consumer.channel_layer.send)(consumer.channel_name, {" in (
        translator.result.edits.apply()
    )


def test_arguments_that_may_be_other_values_after_json():
    found = helper('message.channel_session["a"] = args')
    with pytest.raises(Left, match="the same after JSON"):
        HelperTranslator(found, Facts("receive", True, True, (), unknown=["args"])).run()


def test_a_method():
    text = IMPORTS + "class E:\n    def f(self, channel):\n"
    text += '        channel.send({"text": json.dumps(self.code)})\n        self.sent = "self"\n'
    found = module("c", text)
    node = found.definitions["E"].body[0]
    used = Helper("c.E.f", found, node, node, 1, None, takes_channel=True, is_method=True)
    translator = HelperTranslator(used, Facts("receive", True, True, ()))
    assert translator.run() == ["late", "reply"]
    assert translator.result.edits.apply().endswith(
        "    def f(self, consumer):\n        consumer.send(text_data=json.dumps(self.code))\n"
        '        self.sent = "self"\n'
    )
