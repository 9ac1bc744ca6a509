from __future__ import annotations

import pytest

from tests.channeltest.upgrade.suites.cases import behind, left_behind

TAKE = "message = self.get_next_message('app.work', require=True)\n"
TAKEN = "message = await wait_for(get_channel_layer().receive('app.work'), 1)\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = message['n']", "x = message['n']"),
        ("x = message.content['n']", "x = message['n']"),
        (
            "self.assertEqual(message.content, {'n': 1})",
            """self.assertEqual(message, {"type": "app.work", 'n': 1})""",
        ),
        (
            "self.assertEqual(message.content, {'n': User.objects.count()})",
            """self.assertEqual(message, {"type": "app.work", """
            "'n': await sync_to_async(User.objects.count)()})",
        ),
        (
            "self.assertDictEqual({}, message.content)",
            """self.assertDictEqual({"type": "app.work"}, message)""",
        ),
        ("check(message)", "await sync_to_async(check)(message)"),
    ],
)
def test_what_is_read(before, after):
    assert behind(TAKE + before) == f"{TAKEN}{after}\n"


@pytest.mark.parametrize(
    "statement",
    [
        "x = message.content",
        "x = message.reply_channel",
        "x = message.content.get('n')",
        "check(message.content)",
        "self.assertEqual(message.content, expected)",
        "x = self.get_next_message('app.work').content['n']",
        "for key in message.content:\n    pass",
    ],
)
def test_what_is_not_known(statement):
    assert "today's messages are plain dicts" in left_behind(TAKE + statement)


def test_a_channel_whose_type_is_not_known():
    statement = "self.assertEqual(message.content, {'n': 1})"
    text = left_behind(TAKE.replace("app.work", "other") + statement)
    assert "today's messages are plain dicts" in text


def test_a_query_beside_a_message():
    text = left_behind(TAKE + "x = check(a)[message.content['n']]")
    assert "a query stands beside a client or a message" in text
