from __future__ import annotations

from textwrap import dedent

from channeltest.upgrade.plan import ASYNC, FIXERS, plan
from tests.channeltest.upgrade.projects import project, texts

CONSUMERS = """\
import json

from channels import Group
from channels.auth import channel_session_user, channel_session_user_from_http


def reply(message, data):
    message.reply_channel.send({"text": json.dumps(data)})


@channel_session_user_from_http
def ws_connect(message):
    message.reply_channel.send({"accept": True})
    Group("chat").add(message.reply_channel)


@channel_session_user
def ws_receive(message):
    Group("c").send({"text": message["text"]})


@channel_session_user
def ws_disconnect(message):
    Group("chat").discard(message.reply_channel)
"""
ROUTING = """\
from channels import route

channel_routing = [
    route("websocket.connect", "chat.consumers.ws_connect", path="^/chat/$"),
    route("websocket.receive", "chat.consumers.ws_receive", path="^/chat/$"),
    route("websocket.disconnect", "chat.consumers.ws_disconnect", path="^/chat/$"),
]
"""
WITH_ASYNC = (*FIXERS, ASYNC)


def test_functions_become_an_async_consumer():
    before = project(chat__consumers=CONSUMERS, chat__routing=ROUTING)
    found = plan(before, WITH_ASYNC)
    assert (
        "class ChatConsumer(AsyncWebsocketConsumer):" in found.after.modules["chat.consumers"].text
    )
    _, _, body = found.after.modules["chat.consumers"].text.partition("Consumer):\n")
    assert dedent(body) == dedent(
        """\
        async def connect(self):
            await self.accept()
            await self.channel_layer.group_add("chat", self.channel_name)

        async def receive(self, text_data):
            await self.channel_layer.group_send("c", {"type": "group.message", "text": text_data})

        async def disconnect(self, code):
            await self.channel_layer.group_discard("chat", self.channel_name)

        async def group_message(self, event):
            await self.send(text_data=event["text"])
        """
    )


def test_a_second_run_changes_nothing():
    after = plan(project(chat__consumers=CONSUMERS, chat__routing=ROUTING), WITH_ASYNC).after
    for names in (FIXERS, WITH_ASYNC):
        again = plan(project(**{n.replace(".", "__"): t for n, t in texts(after).items()}), names)
        assert again.changed == []


def test_a_consumer_of_an_earlier_run_stays_sync():
    after = plan(project(chat__consumers=CONSUMERS, chat__routing=ROUTING)).after
    again = project(**{n.replace(".", "__"): t for n, t in texts(after).items()})
    assert plan(again, WITH_ASYNC).changed == []


def test_one_of_several_is_chosen():
    text = "from channels.generic.websocket import WebsocketConsumer\n"
    for name in "CD":
        text += (
            f"\n\nclass {name}(WebsocketConsumer):\n    def connect(self):\n        self.accept()\n"
        )
    before = project(app__consumers=text)
    before.original = project()
    found = plan(before.choosing(["app.consumers.D"]), [ASYNC])
    assert "class C(WebsocketConsumer)" in found.after.modules["app.consumers"].text
    assert "class D(AsyncWebsocketConsumer)" in found.after.modules["app.consumers"].text
