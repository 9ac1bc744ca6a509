from __future__ import annotations

import pytest

from tests.channeltest.upgrade.projects import check_converted, check_left, project

FIXER = "channel_sends"
CONSUMERS = """\
from channels.consumer import SyncConsumer


class Work(SyncConsumer):
    def chat_work(self, event):
        pass
"""
ROUTING = """\
from channels import route

routes = [route("chat.work", "chat.consumers.Work")]
"""


def chat(
    line="Channel('chat.work').send({'n': n})", consumers=CONSUMERS, routing=ROUTING, **others
):
    text = f"from channels import Channel\n\n\ndef tell(n):\n    {line}\n"
    return project(chat__views=text, chat__consumers=consumers, chat__routing=routing, **others)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{'n': n}", """{"type": "chat.work", 'n': n}"""),
        ("{}", '{"type": "chat.work"}'),
        ("{ 'n': n, }", """{"type": "chat.work", 'n': n, }"""),
        (
            "{\n        'n': n,  # what\n    }",
            """{"type": "chat.work",\n        'n': n,  # what\n    }""",
        ),
    ],
)
def test_a_view(content, message):
    check_converted(
        FIXER,
        chat(f"Channel('chat.work').send({content})"),
        chat__views="from asgiref.sync import async_to_sync\n"
        "from channels.layers import get_channel_layer\n\n\ndef tell(n):\n"
        f"    async_to_sync(get_channel_layer().send)('chat.work', {message})\n",
        chat__consumers=CONSUMERS,
        chat__routing=ROUTING,
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Channel(n).send({'n': n})", "the name of the channel is not spelled out"),
        ("Channel('chat.work').send({'type': n})", "a key 'type' or 'reply_channel'"),
        ("Channel('chat.work').send({'reply_channel': n})", "a key 'type' or 'reply_channel'"),
        ("Channel('other').send({'n': n})", "no route of the project has the channel"),
        ("Channel('chat.work').send(n)", "not spelled out"),
    ],
)
def test_left(line, reason):
    check_left(FIXER, chat(line), reason)


def test_left_without_a_handler():
    consumers = CONSUMERS.replace("chat_work", "other")
    check_left(FIXER, chat(consumers=consumers), "Work has no method 'chat_work'")


def test_left_for_a_test_that_reads_the_channel():
    tests = 'def test_it(self):\n    self.get_next_message("chat.work")\n'
    check_left(FIXER, chat(chat__tests=tests), "tests.py reads the channel")


def test_a_test_that_reads_another_channel():
    tests = 'def test_it(self):\n    self.get_next_message("chat.other")\n'
    check_converted(FIXER, chat(chat__tests=tests), chat__tests=tests)
