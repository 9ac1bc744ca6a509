from __future__ import annotations

import ast

import pytest

from channeltest.upgrade.refusal import guard, matters


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("pass", False),
        ("Group('x').discard(message.reply_channel)", False),
        ("room = message.channel_session.get('room')", False),
        ("super().disconnect(message)", False),
        ("Group('x').send({})", True),
        ("Presence.objects.filter(x=1).delete()", True),
        ("del message.channel_session['x']", True),
        ("self.x = 1", True),
    ],
)
def test_what_matters(line, expected):
    assert matters(ast.parse(f"def disconnect(message):\n    {line}").body[0]) is expected


def test_no_consumer():
    assert not matters(None)


def test_the_guard_is_indented():
    assert guard("\t")[-1] == "\treturn"
