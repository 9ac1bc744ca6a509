from __future__ import annotations

import pytest

from channeltest.upgrade.classes.method import MethodTranslator
from channeltest.upgrade.functions.facts import Facts
from channeltest.upgrade.outcome import Left
from tests.channeltest.upgrade.projects import module


class Consumer:
    """A consumer with the method ``tell``, which sends a frame, and the attribute ``limit``."""

    is_json = is_mapped = False
    attributes = {"tell", "limit"}
    assigned = read = {"room"}

    def events_of(self, name, node):
        return ["reply"] if name == "tell" else []

    def can_come_behind(self, name, node):
        return False

    def behind(self, function, name, node):
        return None


def translate(line, handler="receive", message=None):
    found = module("m", f"def {handler}(self, message):\n    {line}\n")
    facts = Facts(handler, True, True, ())
    function = found.tree.body[0]
    result = MethodTranslator(found, function, facts, message, Consumer()).translate()
    return result.edits.apply(*found.span(function.body[0]))


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        ("print(self.limit, self.room, self.groups)", "print(self.limit, self.room, self.groups)"),
        ("self.tell()", "self.tell()"),
        ("self.room = self.message.user", 'self.room = self.scope["user"]'),
        ("return self.send('x')", "return self.send('x')"),
        ("self.send(bytes=b'x')", "self.send(bytes_data=b'x')"),
    ],
)
def test_lines(line, becomes):
    assert translate(line) == becomes


def test_the_message_of_a_handler():
    assert translate("print(message['code'])", "disconnect", "message") == "print(code)"
    assert translate("super().connect(message)", "connect", "message") == "super().connect()"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("self.send('x', close=True); self.tell()", "after it has closed"),
        ("self.limit = 1", "set back for each message"),
        ("self.kwargs = {}", "it assigns to self.kwargs"),
        ("self.kwargs.pop('room')", "it may change self.kwargs"),
        ("self.kwargs['room'] = 1", "it may change self.kwargs"),
        ("found = self.kwargs", "it may change self.kwargs"),
        ("text_data = 1", "it has a name 'text_data'"),
        ('print(f"{self.path}")', "in an f-string"),
        ("super().other()", "it calls other() of its base class"),
    ],
)
def test_what_is_not_known(line, reason):
    with pytest.raises(Left) as caught:
        translate(line)
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    "line", ["print(self.kwargs['room'], self.kwargs.get('x'))", "print(dict(self.kwargs))"]
)
def test_arguments_of_the_url_are_read(line):
    assert translate(line) == line.replace("self.kwargs", 'self.scope["url_route"]["kwargs"]')


@pytest.mark.parametrize(
    ("text", "is_missed"),
    [
        ("try:\n        print(self.room)\n    except:\n        pass", True),
        ("try:\n        print(self.room)\n    except Exception:\n        pass", True),
        ("try:\n        print(self.room)\n    except KeyError:\n        pass", False),
        ("try:\n        1\n    except Exception:\n        print(self.room)", False),
        ("self.room = 1\n    try:\n        print(self.room)\n    except:\n        pass", False),
        ("self.limit\n    try:\n        print(self.room)\n    except:\n        pass", False),
    ],
)
def test_an_attribute_that_a_new_instance_lacks(text, is_missed):
    if not is_missed:
        assert translate(text)
        return
    with pytest.raises(Left) as caught:
        translate(text)
    assert "it catches that self.room is missing" in caught.value.reason


@pytest.mark.parametrize("block", ["with x:", "def f():", "for x in y:\n      with x:"])
def test_an_exception_that_closes_in_a_block(block):
    found = module(
        "m",
        "from channels.exceptions import WebsocketCloseException\n"
        f"def receive(self):\n    {block}\n        raise WebsocketCloseException(4000)\n",
    )
    function = found.tree.body[1]
    facts = Facts("receive", True, True, ())
    with pytest.raises(Left) as caught:
        MethodTranslator(found, function, facts, None, Consumer()).translate()
    assert "where the exception is caught" in caught.value.reason
