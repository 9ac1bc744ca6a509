from __future__ import annotations

import pytest

from channeltest.upgrade.functions.decorated import (
    arguments_of,
    given_arguments,
    last_line_of,
    take_decorators,
)
from channeltest.upgrade.functions.facts import Facts
from channeltest.upgrade.functions.helpers import find_helpers
from channeltest.upgrade.functions.message import Translator
from channeltest.upgrade.outcome import Left
from tests.channeltest.upgrade.projects import IMPORTS, module, project

DECORATORS = """\
def catch(func):
    def inner(message, *args, **kwargs):
        try:
            return func(message, *args, **kwargs)
        except ValueError:
            message.reply_channel.send({"text": "x"})
    return inner


def with_room(func):
    def inner(message, *args, **kwargs):
        room = find(kwargs["slug"])
        if room is None:
            message.reply_channel.send({"close": True})
            return
        return func(message, room, *args, **kwargs)
    return inner


"""


def decorated(names, body, handler="receive", paths=(r"^/(?P<slug>\\w+)/$",)):
    lines = "".join(f"@{name}\n" for name in names)
    text = f"{IMPORTS}{DECORATORS}{lines}def w(message, room, **kwargs):\n    {body}\n"
    found = project(c=text)
    home = found.modules["c"]
    function = home.definitions["w"]
    known = find_helpers(found, [(home, function)])
    helpers = [known[f"c.{name}"] for name in names]
    facts = Facts(handler, True, True, (), helpers=known)
    consumer = Translator(home, function, facts)
    consumer.translate()
    take_decorators(helpers, facts, consumer, paths)
    return consumer.result, helpers, function


def test_where_a_class_can_have_its_decorators():
    home = module("m", "import a\nN = 1\ndef d(x):\n    pass\n\n@d(N)\n@a.b\ndef f():\n    pass\n")
    decorators = home.definitions["f"].decorator_list
    assert last_line_of(home, decorators) == 3
    assert last_line_of(home, decorators[1:]) == 0


def test_what_decorators_do():
    result, helpers, function = decorated(["catch", "with_room"], "print(room)", "connect")
    assert result.may_refuse and result.accepts_late
    assert sorted(result.helped) == ["c.catch", "c.with_room"]
    assert given_arguments(helpers, function) == (["room"], [])


def test_a_consumer_that_looks_into_what_a_decorator_adds_to():
    _, helpers, function = decorated(["with_room"], "print(kwargs['page'])")
    assert given_arguments(helpers, function) is None


@pytest.mark.parametrize(
    ("body", "expected"), [("print(room)", False), ('Group("a").send({"text": "b"})', True)]
)
def test_an_answer_behind_what_groups_get(body, expected):
    _, (helper,), _ = decorated(["catch"], body)
    assert helper.follows_sends is expected


@pytest.mark.parametrize(
    ("names", "body", "paths"),
    [
        (["catch"], 'message.reply_channel.send({"close": True})\n    print()', ["^/"]),
        (["with_room"], "pass", [r"^/(?P<slug>\\w+)?"]),
    ],
)
def test_left(names, body, paths):
    with pytest.raises(Left):
        decorated(names, body, paths=paths)


@pytest.mark.parametrize(
    ("handler", "own", "expected"),
    [
        ("connect", (), ["a", "b"]),
        ("receive", ("text_data=None",), ["a", "b", "text_data=None"]),
        ("disconnect", ("code",), ["a", "code", "b"]),
    ],
)
def test_arguments_of_a_method(handler, own, expected):
    assert arguments_of(handler, own, (["a"], ["b"])) == expected
