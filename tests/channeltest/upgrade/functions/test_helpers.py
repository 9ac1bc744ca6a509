from __future__ import annotations

import pytest

from channeltest.upgrade.functions.helpers import find_helpers, without
from tests.channeltest.upgrade.projects import project


def find(text, **others):
    found = project(c=text, **others)
    module = found.modules["c"]
    functions = [(module, each) for name, each in module.definitions.items() if name[0] == "w"]
    return find_helpers(found, functions), functions


PLAIN = "def reply(message, x): pass\ndef w(message):\n    reply(message, 1)\n"
DECORATOR = """\
from functools import wraps
def staff(func):
    @wraps(func)
    def wrapper(message, *args, **kwargs):
        return func(message, *args, **kwargs)
    return wrapper
@staff
def w(message): pass
"""


def test_a_function():
    helpers, _ = find(PLAIN)
    assert helpers["c.reply"].message == "message"
    assert helpers["c.reply"].decorator is None


def test_a_function_of_a_function():
    helpers, _ = find(
        "def b(m): pass\ndef a(x, m):\n    b(m)\ndef w(message):\n    a(1, message)\n"
    )
    assert {name: each.index for name, each in helpers.items()} == {"c.a": 1, "c.b": 0}


def test_a_decorator():
    helpers, _ = find(DECORATOR)
    assert helpers["c.staff"].decorator.decorated == "func"
    assert helpers["c.staff"].inner.name == "wrapper"


@pytest.mark.parametrize(
    "text",
    [
        PLAIN + "reply(1, 2)\n",
        PLAIN + "keep(reply)\n",
        PLAIN + "def v(m):\n    reply(m, 1)\n",
        PLAIN.replace("def reply", "@other\ndef reply"),
        DECORATOR.replace("*args", "room=1"),
        DECORATOR.replace("@wraps(func)", "@other"),
        DECORATOR.replace("return wrapper", "return 1"),
        DECORATOR + "staff(1)\n",
    ],
)
def test_others(text):
    assert find(text)[0] == {}


def test_tests_use_it():
    assert find(PLAIN, test_c="from c import reply\nreply(1, 2)\n")[0] == {}


def test_what_a_consumer_uses_that_stays():
    helpers, functions = find(
        "def b(m): pass\ndef a(m):\n    b(m)\ndef c(m): pass\n"
        "def w(message):\n    a(message)\ndef w2(message):\n    c(message)\n"
    )
    assert sorted(without(helpers, {id(functions[0][1])})) == ["c.c"]
    assert sorted(without(helpers, set())) == ["c.a", "c.b", "c.c"]


CHANNEL = "def send(channel, x): pass\ndef w(message):\n    send(message.reply_channel, 1)\n"


def test_a_function_that_takes_the_reply_channel():
    helpers, _ = find(CHANNEL)
    assert helpers["c.send"].takes_channel
    assert sorted(find(CHANNEL.replace("pass", "put(channel)") + "def put(c): pass\n")[0]) == [
        "c.put",
        "c.send",
    ]


@pytest.mark.parametrize("more", ["send(message, 1)", "send(Channel('x'), 1)"])
def test_a_function_that_takes_other_channels(more):
    assert find(f"{CHANNEL}    {more}\n")[0] == {}


def test_a_decorator_with_arguments():
    text = DECORATOR.replace("def staff(func):", "def staff(rank):\n  def decorator(func):")
    text = text.replace("    return wrapper", "    return wrapper\n  return decorator")
    helpers, _ = find(text.replace("@staff", "@staff(3)"))
    assert helpers["c.staff"].decorator.is_factory
    assert find(text)[0] == {}
    assert find(DECORATOR.replace("@staff", "@staff(3)"))[0] == {}


def test_functions_in_a_dict():
    text = "def a(m): pass\ndef b(m): pass\nT = {1: a, 2: b}\ndef w(message):\n    T[1](message)\n"
    helpers, functions = find(text)
    assert sorted(helpers) == ["c.a", "c.b"]
    assert all(len(each.calls) == 1 for each in helpers.values())
    assert helpers["c.a"].users == {id(functions[0][1])}
    assert find(text + "T[3] = 4\n")[0] == {}


METHOD = """\
class ClientError(Exception):
    def send_to(self, channel):
        channel.send({"text": self.code})
def w(message):
    try:
        pass
    except ClientError as error:
        error.send_to(message.reply_channel)
"""


def test_a_method():
    helpers, _ = find(METHOD)
    helper = helpers["c.ClientError.send_to"]
    assert helper.is_method and helper.takes_channel
    assert (helper.index, helper.place, helper.message) == (1, 0, "channel")


@pytest.mark.parametrize(
    "text",
    [
        METHOD + "def send_to(): pass\n",
        METHOD + "keep(ClientError().send_to)\n",
        METHOD + "keep('c.ClientError.send_to')\n",
        METHOD.replace("self, channel", "channel"),
        METHOD.replace("    def", "    @other\n    def"),
        METHOD.replace("send_to", "add"),
    ],
)
def test_a_method_that_is_not_known(text):
    assert find(text)[0] == {}
