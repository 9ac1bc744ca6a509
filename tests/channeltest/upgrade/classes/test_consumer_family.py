from __future__ import annotations

import pytest

from channeltest.upgrade.classes.class_families import families
from channeltest.upgrade.classes.consumer_family import convert
from channeltest.upgrade.outcome import Left
from tests.channeltest.upgrade.projects import project

HEAD = "from channels.generic.websockets import JsonWebsocketConsumer, WebsocketConsumer\n"


def converted(text):
    """The file from each class on, by its name; only that class is changed."""
    [family] = families(project(app__consumers=HEAD + text))
    served = [each for each in family if each.kinds]
    found = convert(family, served, (), (), ())
    return {
        each.body.node.name: each.edits.apply(each.body.module.span(each.body.node)[0])
        for each in found
    }


SESSION = """\
class Base(WebsocketConsumer):
    channel_session = True

    def receive(self, text, **kwargs):
        self.message.channel_session["a"] = text


class C(Base):
    def tell(self):
        print(self.message.channel_session["a"])
"""


def test_a_session_is_made_once():
    found = converted(SESSION)
    assert found["Base"].count("self.channel_session = {}") == 1
    assert "__init__" not in found["C"]


def test_groups_are_joined_once():
    found = converted(
        "class Base(WebsocketConsumer):\n    def connection_groups(self, **kwargs):\n"
        "        return []\n\n\n"
        "class C(Base):\n    def connection_groups(self, room, **kwargs):\n        return [room]\n"
    )
    assert 'self.connection_groups(**self.scope["url_route"]["kwargs"])' in found["Base"]
    assert "websocket_connect" not in found["C"]


def test_a_helper_behind_the_generic_consumer():
    found = converted(
        "class M:\n    def tell(self):\n        self.send('x')\n\n\n"
        "class A(WebsocketConsumer, M): pass\n"
    )
    assert "self.send('x')" in found["M"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "class C(WebsocketConsumer):\n    is_accepted = True\n\n"
            "    def connect(self, message):\n        self.close()\n\n"
            "    def disconnect(self, message):\n        print(1)\n",
            "it has an 'is_accepted' of its own",
        ),
        (
            "from channels.generic.base import BaseConsumer\n\n\n"
            "class C(BaseConsumer):\n    groups = ['a']\n"
            "    method_mapping = {'websocket.connect': 'connect'}\n\n"
            "    def connect(self, message):\n"
            "        message.reply_channel.send({'accept': True})\n",
            "its groups are joined by a modern consumer",
        ),
        (
            "class C(WebsocketConsumer):\n    def connection_groups(self, *args): return []\n",
            "the arguments of connection_groups()",
        ),
        (
            "class M:\n    def tell(self):\n        self.send('x')\n\n\n"
            "class A(M, WebsocketConsumer): pass\n\n\nclass B(M, JsonWebsocketConsumer): pass\n",
            "it means one thing for one of its consumers",
        ),
        (
            "class M:\n    def disconnect(self, message):\n        print(1)\n\n\n"
            "class A(M, WebsocketConsumer):\n    def connect(self, message):\n"
            "        self.close()\n\n\nclass B(M, WebsocketConsumer): pass\n",
            "it has no connect() itself",
        ),
        (
            "class M:\n    def connect(self, message, **kwargs): pass\n\n\n"
            "class A(WebsocketConsumer, M): pass\n",
            "it stands behind a generic consumer, which has a 'connect'",
        ),
        (
            "class M:\n    http_user = True\n\n\n"
            "class A(WebsocketConsumer): pass\n\n\nclass B(A, M): pass\n",
            "it stands behind a generic consumer, which has a 'http_user'",
        ),
        (
            "class M:\n    def tell(self):\n        print(self.message.channel_session['a'])\n\n\n"
            "class A(WebsocketConsumer, M):\n    channel_session = True\n",
            "it stands behind a generic consumer, and uses the session",
        ),
    ],
)
def test_what_is_not_known(text, reason):
    with pytest.raises(Left) as caught:
        converted(text)
    assert reason in caught.value.reason


ANSWERS = """\
class M:
    def answer(self, text):
        self.send(text)


class A(M, WebsocketConsumer):
    def receive(self, text, **kwargs):
        self.group_send("g", text)
        self.answer(text)


class B(M, WebsocketConsumer):
    def receive(self, text, **kwargs):
        self.answer(text)
"""


@pytest.mark.parametrize("old", ["A", "B"])
def test_a_method_answers_in_one_way_for_all(old):
    text = ANSWERS.replace(f"class {old}(M, ", f"class C{old}(M, ")
    assert "self.channel_layer.send" in converted(text)["M"]
