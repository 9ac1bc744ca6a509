from __future__ import annotations

import pytest

from tests.channeltest.upgrade.suites.cases import CONSUMERS, behind, left_behind

LAYER = "await get_channel_layer()."


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "Group('room').send({'text': 'hi'})",
            """group_send('room', {"type": "group.message", "text": 'hi'})""",
        ),
        (
            "Group('room').send({'text': User.objects.get().pk}, immediately=True)",
            """group_send('room', {"type": "group.message", "text": """
            "await sync_to_async(lambda: User.objects.get().pk)()})",
        ),
        (
            "Group('room').send({'type': 'x', 'n': 1})",
            "group_send('room', {'type': 'x', 'n': 1})",
        ),
        ("Group('room').add('me')", "group_add('room', 'me')"),
        ("Group(PATH).discard('me')", "group_discard(PATH, 'me')"),
        (
            "Channel('app.work').send({'n': 1})",
            """send('app.work', {"type": "app.work", 'n': 1})""",
        ),
        ("Channel('app.work').send({})", """send('app.work', {"type": "app.work"})"""),
        ("Channel('x').send({'type': 'x'})", "send('x', {'type': 'x'})"),
    ],
)
def test_a_send(before, after):
    assert behind(before) == f"{LAYER}{after}\n"


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("Group('room').send({'bytes': b''})", "it is more than a text"),
        ("Group('room').send(content)", "it is more than a text"),
        ("Group('room').send({'text': 'a'}, alias='x')", "its arguments are not known"),
        ("group = Group('room')", "what Group becomes is not known"),
        ("Group('room', alias='x').send({'text': 'a'})", "what Group becomes is not known"),
        ("Channel('other').send({'n': 1})", "no consumer has a handler of other"),
        ("Channel(name).send({'n': 1})", "is not spelled out"),
        ("Channel('app.work').send(content)", "is not spelled out"),
        ("x = self.get_next_message('app.work', alias='x')", "on another layer"),
    ],
)
def test_what_is_not_known(statement, reason):
    assert reason in left_behind(statement)


def test_a_group_whose_consumers_have_no_handler():
    consumers = CONSUMERS.replace("group_message", "room_event")
    text = left_behind("Group('room').send({'text': 'hi'})", app__consumers=consumers)
    assert "a consumer that joins groups has no handler of group.message" in text


def test_the_next_message():
    text = behind("message = self.get_next_message('app.work', require=True)\nx = message['n']")
    receive = "get_channel_layer().receive('app.work')"
    assert text == f"message = await wait_for({receive}, 1)\nx = message['n']\n"
