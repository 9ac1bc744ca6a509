from __future__ import annotations

import pytest

from tests.channeltest.upgrade.projects import fix, texts
from tests.channeltest.upgrade.to_async.sources import FIXER, becomes, stays, written

HELPER = "def reply(consumer, text):\n    consumer.send(text_data=text)\n\n\n"
RECEIVE = "def receive(self, text_data):\n    reply(self, text_data)\n"
OTHER = "\n\nclass D(WebsocketConsumer):\n    def receive(self, text_data):\n        {}\n"
REASON = "reply is used where nobody would await it"


def with_other(line, above=HELPER):
    before = written(RECEIVE, above=above)
    module = before.modules["app.consumers"]
    return before.changed({"app.consumers": module.text + OTHER.format(line)})


def test_two_consumers_of_one_function():
    after, findings = fix(FIXER, with_other("reply(self, 'b')"))
    assert [each.kind for each in findings] == ["automatic"] * 2
    assert after.modules["app.consumers"].text.count("await reply(self") == 2
    assert after.modules["app.consumers"].text.count("async def reply") == 1


def test_a_consumer_that_stays_sync_keeps_its_functions():
    before = with_other("reply(self, Room.objects.get())")
    after, findings = fix(FIXER, before)
    assert sorted(each.kind for each in findings) == ["stays sync"] * 2
    assert texts(after) == texts(before)


@pytest.mark.parametrize(
    "line", ["reply(1, 2)", "a = reply", "connect(reply)", 'f("app.consumers.reply")']
)
def test_other_uses(line):
    stays(RECEIVE, REASON, above=HELPER, app__views=f"from .consumers import reply\n{line}\n")


def test_tests_that_import_it():
    stays(RECEIVE, "imports reply", above=HELPER, app__tests="from .consumers import reply\n")


def test_a_decorated_function():
    stays(RECEIVE, "what its decorators do", above="@task\n" + HELPER)


def test_a_function_that_is_called_with_other_things():
    above = "def reply(consumer, text):\n    consumer.send(text_data=text) if text else None\n\n\n"
    becomes(RECEIVE, above=above)


def test_functions_that_wait_for_nothing_are_free():
    above = "def name_of(text):\n    return text\n\n\n"
    views = "from .consumers import name_of\nname_of(1)\n"
    text = "def receive(self, text_data):\n    self.send(name_of(text_data))\n"
    assert "send(name_of(" in becomes(text, above=above, app__views=views)
