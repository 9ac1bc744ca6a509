from __future__ import annotations

import pytest

from tests.channeltest.upgrade.projects import check_converted, check_left, fix, project

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
        ("Channel('chat.work').send({'type': n})", "a key 'type'"),
        ("Channel('other').send({'n': n})", "no route of the project has the channel"),
        ("Channel('chat.work').send(n)", "not spelled out"),
    ],
)
def test_left(line, reason):
    check_left(FIXER, chat(line), reason)


def test_left_without_a_handler():
    consumers = CONSUMERS.replace("chat_work", "other")
    check_left(FIXER, chat(consumers=consumers), "Work has no method 'chat_work'")


def test_left_for_a_test_that_compares_a_message():
    tests = 'def test_it(self):\n    assert self.get_next_message("chat.work").content == {}\n'
    check_left(FIXER, chat(chat__tests=tests), "tests.py compares what the channel has")


@pytest.mark.parametrize("use", ["['n']", ".content['n']", ".content.get('n')", ""])
def test_a_test_that_reads_keys(use):
    tests = f'def test_it(self):\n    work(self.get_next_message("chat.work"){use})\n'
    check_converted(FIXER, chat(chat__tests=tests), chat__tests=tests)


CLIENTS = """\
from channels.generic.websocket import WebsocketConsumer


class Jobs(WebsocketConsumer):
    def receive(self, text_data):
        start(self.channel_name)
"""


def test_a_channel_that_a_consumer_handed_out():
    check_converted(
        FIXER,
        chat(
            "Channel(name).send({'text': n})",
            CLIENTS,
            "from channels import route_class\n\nroutes = [route_class('chat.consumers.Jobs')]\n",
        ),
        chat__views="from asgiref.sync import async_to_sync\n"
        "from channels.layers import get_channel_layer\n\n\ndef tell(n):\n"
        "    async_to_sync(get_channel_layer().send)(name, "
        '{"type": "group.message", "text": n})\n',
        chat__consumers=CLIENTS
        + '\n    def group_message(self, event):\n        self.send(text_data=event["text"])\n',
    )


@pytest.mark.parametrize(
    ("line", "consumers", "reason"),
    [
        ("Channel(name).send({'close': True})", CLIENTS, "more than a text"),
        (
            "Channel(name).send({'text': n})",
            CLIENTS.replace("self.channel_name", "1"),
            "no consumer hands out",
        ),
    ],
)
def test_a_channel_that_is_not_known(line, consumers, reason):
    routing = "from channels import route_class\nroutes = [route_class('chat.consumers.Jobs')]\n"
    check_left(FIXER, chat(line, consumers, routing), reason)


def test_a_test_that_reads_another_channel():
    tests = 'def test_it(self):\n    self.get_next_message("chat.other")\n'
    check_converted(FIXER, chat(chat__tests=tests), chat__tests=tests)


def test_a_channel_with_a_hyphen():
    routing = ROUTING.replace("chat.work", "chat-work")
    after, findings = fix(FIXER, chat("Channel('chat-work').send({'n': n})", routing=routing))
    assert [each.kind for each in findings] == ["automatic"]
    send = """send)('chat-work', {"type": "chat_work", 'n': n})"""
    assert send in after.modules["chat.views"].text


def test_a_channel_in_a_variable():
    after, findings = fix(
        FIXER, chat("work = Channel('chat.work')\n    work.send({'n': 1})\n    work.send({})")
    )
    assert [each.kind for each in findings] == ["automatic"]
    text = after.modules["chat.views"].text
    assert "    work = 'chat.work'\n" in text
    assert 'async_to_sync(get_channel_layer().send)(work, {"type": "chat.work"})' in text


@pytest.mark.parametrize(
    ("line", "is_handed_out"),
    [
        ("keep(1, consumer.channel_name)", True),
        ("f(consumer.channel_layer.group_send)(keep(1, consumer.channel_name))", True),
        ("async_to_sync(consumer.channel_layer.group_add)('a', consumer.channel_name)", False),
    ],
)
def test_a_function_hands_out_the_channel(line, is_handed_out):
    clients = CLIENTS.replace("start(self.channel_name)", "ask(self)")
    routing = "from channels import route_class\nroutes = [route_class('chat.consumers.Jobs')]\n"
    ask = f"\n\n\ndef ask(consumer):\n    {line}\n"
    after, _ = fix(FIXER, chat("Channel(name).send({'text': n})" + ask, clients, routing))
    has_handler = "def group_message" in after.modules["chat.consumers"].text
    assert has_handler is is_handed_out
