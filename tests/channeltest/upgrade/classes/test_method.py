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
    assigned = {"room"}

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
        ("text_data = 1", "it has a name 'text_data'"),
        ('print(f"{self.path}")', "in an f-string"),
        ("super().other()", "it calls other() of its base class"),
    ],
)
def test_what_is_not_known(line, reason):
    with pytest.raises(Left) as caught:
        translate(line)
    assert reason in caught.value.reason
