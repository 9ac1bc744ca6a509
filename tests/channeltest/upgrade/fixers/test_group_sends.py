from __future__ import annotations

import pytest

from tests.channeltest.upgrade.projects import check_converted, check_left, fix, project, texts

FIXER = "group_sends"
CONSUMERS = """\
from asgiref.sync import async_to_sync
from channels.generic.websocket import WebsocketConsumer


class Chat(WebsocketConsumer):
    def connect(self):
        self.accept()
        async_to_sync(self.channel_layer.group_add)("room", self.channel_name)
"""
LINE_THAT_JOINS = 'async_to_sync(self.channel_layer.group_add)("room", self.channel_name)'
HANDLER = """
    def group_message(self, event):
        self.send(text_data=event["text"])
"""
ROUTING = """\
from channels import route_class

from .consumers import Chat

routes = [route_class(Chat, path="^/chat/$")]
"""


def chat(line="Group('room').send({'text': text})", consumers=CONSUMERS, routing=ROUTING, **others):
    text = f"from channels import Group\n\n\ndef tell(text):\n    {line}\n"
    return project(chat__views=text, chat__consumers=consumers, chat__routing=routing, **others)


def test_a_view():
    check_converted(
        FIXER,
        chat("Group('a').send({'text': t})"),
        chat__views="""\
        from asgiref.sync import async_to_sync
        from channels.layers import get_channel_layer


        def tell(text):
            async_to_sync(get_channel_layer().group_send)('a', {"type": "group.message", "text": t})
        """,
        chat__consumers=CONSUMERS + HANDLER,
        chat__routing=ROUTING,
    )


def test_a_consumer():
    send = "\n    def receive(self, text_data):\n        {}\n"
    before = CONSUMERS.replace("from channels.gen", "from channels import Group\nfrom channels.gen")
    group = 'Group("room").send({"text": text_data}, immediately=True)'
    layer = (
        'async_to_sync(self.channel_layer.group_send)("room", '
        '{"type": "group.message", "text": text_data})'
    )
    check_converted(
        FIXER,
        project(chat__consumers=before + send.format(group), chat__routing=ROUTING),
        chat__consumers=CONSUMERS + send.format(layer) + HANDLER,
    )


def test_several_sends_and_consumers():
    other = CONSUMERS.replace("Chat", "Other").replace("room", "other")
    routing = ROUTING.replace("import Chat", "import Chat\nfrom .other import Other").replace(
        "path=", "path=''), route_class(Other, path="
    )
    after, findings = fix(
        FIXER,
        chat(
            "Group('a').send({'text': 'a'}); Group('b').send({'text': 'b'})",
            routing=routing,
            chat__other=other,
        ),
    )
    assert [each.kind for each in findings] == ["automatic", "automatic"]
    assert after.modules["chat.consumers"].text == CONSUMERS + HANDLER
    assert after.modules["chat.other"].text == other + HANDLER


def test_another_layer():
    after, _ = fix(FIXER, chat("Group('room', alias='wire').send({'text': 'a'})"))
    assert "get_channel_layer('wire').group_send" in after.modules["chat.views"].text


def test_a_consumer_in_no_group():
    consumers = CONSUMERS.replace(
        '        async_to_sync(self.channel_layer.group_add)("room", self.channel_name)\n', ""
    )
    check_converted(FIXER, chat(consumers=consumers), chat__consumers=consumers)


def test_a_consumer_that_has_the_handler():
    check_converted(FIXER, chat(consumers=CONSUMERS + HANDLER), chat__consumers=CONSUMERS + HANDLER)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Group('room').send({'text': text, 'close': True})", "more than a text"),
        ("Group('room').send({'bytes': text})", "more than a text"),
        ("Group('room').send(text)", "not spelled out"),
        ("Group('room').send({**text})", "not spelled out"),
        ("Group('room').channels(text)", "not only sent to"),
        ("return Group('room')", "not known who uses the group"),
        ("return Group", "it is kept"),
        ("Group('room', None, text).send({'text': text})", "arguments"),
    ],
)
def test_left(line, reason):
    check_left(FIXER, chat(line), reason)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("    def send(self, *args):\n        pass\n", "a method 'send' of its own"),
        ("    def group_message(self, event):\n        pass\n", "a method 'group_message'"),
        ("    async def later(self):\n        pass\n", "is async"),
    ],
)
def test_left_for_a_consumer(more, reason):
    check_left(FIXER, chat(consumers=f"{CONSUMERS}\n{more}"), reason)


def test_a_consumer_with_a_base_of_the_project():
    base = "class Base(WebsocketConsumer):\n    pass\n\n\nclass Chat(Base):"
    consumers = CONSUMERS.replace("class Chat(WebsocketConsumer):", base)
    after, findings = fix(FIXER, chat(consumers=consumers))
    assert {each.kind for each in findings} == {"automatic"}
    text = after.modules["chat.consumers"].text
    assert "class Base(WebsocketConsumer):\n    pass\n\n    def group_message(self, event):" in text


def test_left_for_a_consumer_with_another_base():
    consumers = CONSUMERS.replace(
        "class Chat(WebsocketConsumer):", "class Chat(Mixin, WebsocketConsumer):"
    )
    check_left(FIXER, chat(consumers=consumers), "what its base does is not known")


@pytest.mark.parametrize(
    "line",
    [
        "mock.patch('chat.views.Group')",
        "layer.group_channels('room')",
        "Group('room').add(client.reply_channel)",
    ],
)
def test_left_for_a_test_that_takes_part(line):
    tests = f"def test_it(client, mock, layer):\n    {line}\n"
    check_left(FIXER, chat(chat__tests=tests), "sees the message itself")


def test_somebody_joins_others():
    line = "Group('room').add(text.reply_channel)\n    Group('room').send({'text': text})"
    check_left(FIXER, chat(line), "who joins this group is not known")


@pytest.mark.parametrize("method", ["add", "discard"])
def test_what_joins_belongs_to_its_consumer(method):
    before = chat(f"Group('room').{method}(text.reply_channel)")
    after, findings = fix(FIXER, before)
    assert (texts(after), findings) == (texts(before), [])


def test_a_test_that_only_sends():
    tests = "from channels import Group\n\n\ndef test_it():\n    Group('room').send({'text': ''})\n"
    check_converted(FIXER, chat(chat__tests=tests), chat__tests=tests)


def test_what_a_file_without_tests_ends_with():
    consumers = CONSUMERS.rstrip().replace("    ", "\t").replace("\n", "\r\n")
    after, _ = fix(FIXER, chat(consumers=consumers))
    handler = HANDLER.replace("    ", "\t").replace("\n", "\r\n")
    assert after.modules["chat.consumers"].text == consumers + "\r\n" + handler


def test_a_group_in_a_variable():
    before = chat("group = Group('a'); group.send({'text': t}); group.send({'text': u})")
    after, findings = fix(FIXER, before)
    assert [each.kind for each in findings] == ["automatic"]
    layer = "async_to_sync(get_channel_layer().group_send)(group, "
    text = after.modules["chat.views"].text
    assert "group = 'a'; " in text
    assert text.count(f'{layer}{{"type": "group.message", "text": ') == 2


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("g = Group('a'); g.send({'text': t}); return g", "it is not only sent to"),
        ("g = Group('a'); g.send({'text': t}); print(g.name)", "it is not only sent to"),
        ("g = Group('a', alias='b'); g.send({'text': t})", "it is not only sent to"),
        ("g = Group('a'); g.send({'bytes': t})", "it is more than a text"),
    ],
)
def test_a_group_in_a_variable_that_stays(line, reason):
    check_left(FIXER, chat(line), reason)


@pytest.mark.parametrize(("client", "kind"), [("Client", "by hand"), ("WSClient", "automatic")])
def test_a_client_of_a_test_that_joins(client, kind):
    tests = f"from channels.test import {client}\n\n\nc = {client}()\nc.join_group('room')\n"
    _, findings = fix(FIXER, chat(chat__tests=tests))
    assert [each.kind for each in findings] == [kind]


def test_somebody_joins_others_by_their_names():
    lines = ("add(room.channel)", "discard(text)", "send({'text': t})")
    line = "; ".join(f"Group('a').{each}" for each in lines)
    consumers = CONSUMERS.replace(LINE_THAT_JOINS, "store(self.channel_name)")
    after, findings = fix(FIXER, chat(line, consumers=consumers))
    assert [each.kind for each in findings] == ["automatic"]
    text = after.modules["chat.views"].text
    assert "async_to_sync(get_channel_layer().group_add)('a', room.channel)" in text
    assert "async_to_sync(get_channel_layer().group_discard)('a', text)" in text
    assert after.modules["chat.consumers"].text == consumers + HANDLER
    again, _ = fix(FIXER, after)
    assert texts(again) == texts(after)


def test_somebody_joins_others_and_sends_are_converted_later():
    line = "Group('a').add(room.channel)\n    Group('a').send({'text': t})"
    consumers = CONSUMERS.replace(LINE_THAT_JOINS, "store(self.channel_name)")
    more = "from channels import Group\n\n\ndef more(t):\n    Group('a').send({'text': t})\n"
    before = chat(line, consumers=consumers, chat__more=more).choosing(["chat.views.tell"])
    first, _ = fix(FIXER, before)
    assert first.modules["chat.more"].text == more
    assert first.modules["chat.consumers"].text == consumers + HANDLER
    after, _ = fix(FIXER, first.choosing(None))
    assert "group_send)" in after.modules["chat.more"].text
    assert after.modules["chat.consumers"].text == consumers + HANDLER


@pytest.mark.parametrize(
    "line",
    [
        "Group('a').add(Channel(text)); Group('a').send({'text': t})",
        "Group('a').add(room.channel, 1); Group('a').send({'text': t})",
        "Group('a', alias='b').add(room.channel); Group('a').send({'text': t})",
    ],
)
def test_somebody_joins_what_may_be_no_name(line):
    before = chat(line)
    text = before.modules["chat.views"].text.replace("import Group", "import Channel, Group")
    check_left(FIXER, before.changed({"chat.views": text}), "group")


def test_a_function_that_returns_one_of_several_groups():
    function = (
        "def group_of(a):\n    if a:\n        return Group('a-%s' % a)\n    return Group('b')\n"
    )
    before = chat("group_of(1).send({'text': text})\n\n\n" + function)
    after, findings = fix(FIXER, before)
    text = after.modules["chat.views"].text
    assert "return 'a-%s' % a\n    return 'b'\n" in text
    assert "(group_of(1), {" in text
    assert [each.kind for each in findings] == ["automatic"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Group('a').send(dump(text))", 'dump(text)["text"]'),
        ("frame = dump(text)\n    Group('a').send(frame)", 'frame["text"]'),
    ],
)
def test_what_a_function_returns(line, message):
    function = "\n\n\ndef dump(x):\n    return {'text': str(x)}\n"
    after, findings = fix(FIXER, chat(line + function))
    assert f'"text": {message}}})' in after.modules["chat.views"].text
    assert [each.kind for each in findings] == ["automatic"]


def test_a_function_that_has_a_consumer_join():
    function = "def group_of(a):\n    return Group('a')\n\n\ndef enter(consumer):\n"
    join = "async_to_sync(consumer.channel_layer.group_add)(group_of(1).name, 1)"
    before = chat(f"group_of(1).send({{'text': text}})\n\n\n{function}    {join}\n")
    after, findings = fix(FIXER, before)
    assert "group_add)(group_of(1), 1)" in after.modules["chat.views"].text
    assert [each.kind for each in findings] == ["automatic"]
