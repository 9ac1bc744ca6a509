from __future__ import annotations

import pytest

from channeltest.upgrade.functions.decorator import (
    DecoratorTranslator,
    check_decorator,
    may_go_on_after_close,
)
from channeltest.upgrade.functions.decorators import decorator_of
from channeltest.upgrade.functions.facts import Facts
from channeltest.upgrade.functions.helpers import Helper
from channeltest.upgrade.functions.message import Translator
from channeltest.upgrade.outcome import Left
from tests.channeltest.upgrade.projects import IMPORTS, module

CALL = "func(message, *args, **kwargs)"
CLOSE = 'message.reply_channel.send({"close": True})'
REPLY = 'message.reply_channel.send({"text": "x"})'
GUARD = "if x:\n    {}\n    return\nreturn " + CALL
CAUGHT = f"try:\n    return {CALL}\nexcept ValueError:\n    {REPLY}"


def run(body, handler="receive", arguments="message, *args, **kwargs", follows_sends=False):
    lines = body.replace("\n", "\n        ")
    text = (
        f"{IMPORTS}def d(func):\n    def inner({arguments}):\n        {lines}\n    return inner\n"
    )
    found = module("c", text)
    node = found.definitions["d"]
    decorator = decorator_of(found, node)
    helper = Helper("c.d", found, node, decorator.inner, 0, decorator, follows_sends=follows_sends)
    translator = DecoratorTranslator(helper, Facts(handler, True, True, ()))
    translator.run()
    text = translator.result.edits.apply()
    return translator, text[text.index("    def inner") :].rpartition("    return inner")[0]


def test_what_it_hands_on():
    _, text = run(f"return {CALL}")
    assert text == (
        "    def inner(consumer, *args, **kwargs):\n"
        "        return func(consumer, *args, **kwargs)\n"
    )


@pytest.mark.parametrize(
    ("read", "argument", "new"),
    [
        ("message['text']", "text_data, ", "text_data"),
        ("message.content.get('text')", "text_data=None, ", "text_data"),
        ("'text' in message", "text_data=None, ", "text_data is not None"),
        ("kwargs['a']", "", 'consumer.scope["url_route"]["kwargs"]\'a\''),
    ],
)
def test_what_it_reads(read, argument, new):
    _, text = run(f"x = {read}\nreturn {CALL}")
    assert f"def inner(consumer, *args, {argument}**kwargs):" in text
    assert new.partition("'")[0] in text
    assert ("text_data=text_data, **kwargs)" in text) is bool(argument)


def test_arguments_of_the_url():
    translator, text = run("print(a)\nreturn func(message, a, b=b)", arguments="message, a, b")
    assert translator.reads_url
    kwargs = 'consumer.scope["url_route"]["kwargs"]'
    assert f'        a = {kwargs}["a"]\n        b = {kwargs}["b"]\n        print(a)\n' in text
    assert "return func(consumer, a, *args, b=b, **kwargs)" in text


@pytest.mark.parametrize(
    ("body", "handler"),
    [
        (f"print(kwargs)\nreturn {CALL}", "receive"),
        (f"kwargs['a'] = 1\nreturn {CALL}", "receive"),
        (f"print(args)\nreturn {CALL}", "receive"),
        (f"print(message['text'])\nreturn {CALL}", "connect"),
        (f"{CLOSE}\nreturn {CALL}", "receive"),
        (f"text_data = 1\nreturn {CALL}", "receive"),
    ],
)
def test_left(body, handler):
    with pytest.raises(Left):
        run(body, handler)


@pytest.mark.parametrize(
    ("body", "does", "comes_behind"),
    [
        (f"return {CALL}", {"send", "close"}, False),
        (GUARD.format(REPLY), {"send", "close"}, False),
        (GUARD.format(CLOSE), {"send"}, False),
        (CAUGHT, {"reply"}, False),
        (CAUGHT, {"send"}, True),
        (f"{REPLY}\nreturn {CALL}", {"late", "reply"}, False),
    ],
)
def test_what_may_come_together(body, does, comes_behind):
    translator, _ = run(body)
    assert check_decorator(translator, does, "receive") is comes_behind


@pytest.mark.parametrize(
    ("body", "does", "handler"),
    [
        (GUARD.format(REPLY), set(), "disconnect"),
        (CALL + "\nGroup('a').send({'text': 'x'})", set(), "disconnect"),
        (CAUGHT, {"close"}, "receive"),
        (CAUGHT, {"now"}, "receive"),
        (CALL + "\nGroup('a').send({'text': 'x'})", {"reply"}, "receive"),
    ],
)
def test_what_comes_too_early_or_too_late(body, does, handler):
    translator, _ = run(body)
    with pytest.raises(Left):
        check_decorator(translator, does, handler)


def test_an_answer_behind_what_groups_get():
    _, text = run(CAUGHT, follows_sends=True)
    assert "async_to_sync(consumer.channel_layer.send)(consumer.channel_name, {" in text


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (CLOSE, False),
        (f"if x:\n    {CLOSE}\n    return\nprint()", False),
        (f"if x:\n    {CLOSE}\nelse:\n    print()", False),
        (f"return {CLOSE}", False),
        (f"{CLOSE}\nprint()", True),
        (f"if x:\n    {CLOSE}\nprint()", True),
        (f"try:\n    {CLOSE}\nfinally:\n    print()", True),
        ("print()", False),
    ],
)
def test_what_follows_a_close(body, expected):
    lines = body.replace("\n", "\n    ")
    found = module("c", f"{IMPORTS}def f(message):\n    {lines}\n")
    translator = Translator(found, found.definitions["f"], Facts("receive", True, True, ()))
    translator.translate()
    assert may_go_on_after_close(translator) is expected
