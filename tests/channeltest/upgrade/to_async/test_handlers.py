from __future__ import annotations

import pytest

from channeltest.upgrade.to_async.handlers import Types
from tests.channeltest.upgrade.projects import project


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"type": "chat.note"}', True),
        ("{'type' : 'chat_note'}", True),
        ('dict(type="chat.note")', True),
        ('content["type"] = "chat.note"', True),
        ('name = "chat.note"', False),
        ('name = "chat.note"; {"type": name}', True),
        ('content["type"] == "a"; "chat.note"', False),
        ('{"type": "chat." + kind}', True),
        ('{"type": f"chat.{kind}"}', True),
        ('{"type": "chat.%s" % kind}', True),
        ('{"type": "chat.{}".format(kind)}', True),
        ('{"kind": "chat.note"}', False),
    ],
)
def test_messages(text, expected):
    assert Types(project(a=text, b="")).may_lead_to("chat_note") is expected


def test_a_text_of_another_module():
    assert Types(project(a='NOTE = "chat.note"', b='{"type": NOTE}')).may_lead_to("chat_note")
