from __future__ import annotations

import ast

import pytest

from channeltest.upgrade.functions.facts import Facts
from channeltest.upgrade.functions.reading import MessageReader, inner_arguments
from channeltest.upgrade.outcome import Left
from tests.channeltest.upgrade.projects import module


def reader(expression, handler="receive"):
    """A reader of a function with one expression, and the expression."""
    found = module("m", f"def f(message, **kwargs):\n    {expression}\n")
    function = found.definitions["f"]
    statement = function.body[0]
    assert isinstance(statement, ast.Expr)
    return MessageReader(found, function, Facts(handler, True, True, ())), statement.value


@pytest.mark.parametrize(
    ("expression", "predicate"),
    [
        ("message", "is_message"),
        ("kwargs", "is_url"),
        ("message.reply_channel", "is_reply_channel"),
        ("message.reply_channel.name", "is_channel_name"),
        ("str(message.reply_channel)", "is_channel_name"),
    ],
)
def test_what_an_expression_is(expression, predicate):
    found, node = reader(expression)
    names = ["is_message", "is_url", "is_reply_channel", "is_channel_name"]
    assert [name for name in names if getattr(found, name)(node)] == [predicate]


@pytest.mark.parametrize(
    ("expression", "key"),
    [
        ("message['a']", ("a", False)),
        ("message.content['a']", ("a", False)),
        ("message.get('a')", ("a", True)),
        ("message[a]", None),
        ("message.get('a', 1)", None),
        ("message.get('headers', [])", ("headers", False)),
        ("other['a']", None),
    ],
)
def test_keys(expression, key):
    found, node = reader(expression)
    assert found.key_of(node) == key


@pytest.mark.parametrize(
    ("key", "handler", "text"),
    [
        ("path", "connect", 'self.scope["path"]'),
        ("text", "receive", "text_data"),
        ("code", "disconnect", "code"),
        ("reply_channel", "receive", "self.channel_name"),
    ],
)
def test_what_a_key_becomes(key, handler, text):
    found, node = reader(f"message['{key}']", handler)
    found.content(node, key, False)
    assert found.result.edits.apply(*found.module.span(node)) == text


@pytest.mark.parametrize(("key", "handler"), [("text", "connect"), ("headers", "receive")])
def test_what_has_no_place(key, handler):
    found, node = reader(f"message['{key}']", handler)
    with pytest.raises(Left):
        found.content(node, key, False)


def test_arguments_of_inner_functions():
    text = "def f(message):\n    def g(a, *b, **c): pass\n    return lambda d=1: d\n"
    function = module("m", text).definitions["f"]
    assert inner_arguments(function) == {"a", "b", "c", "d"}
