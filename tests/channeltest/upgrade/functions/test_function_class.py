from __future__ import annotations

import pytest

from channeltest.upgrade.changes import Changes
from channeltest.upgrade.functions.function_class import FunctionClass
from channeltest.upgrade.outcome import Left
from channeltest.upgrade.units.units import websocket_units
from tests.channeltest.upgrade.projects import project

ROUTING = "from channels import route\nr = [route('websocket.connect', 'chat.c.{name}')]\n"
BODY = "    message.reply_channel.send({'accept': True})\n"


def made(text, name="ws_connect", taken=()):
    found = project(chat__c=text, chat__routing=ROUTING.format(name=name))
    [unit] = websocket_units(found)
    return found, FunctionClass(found, unit, set(), {*taken}, {})


@pytest.mark.parametrize(
    ("function", "name"),
    [("ws_connect", "CConsumer"), ("join_chat", "JoinChatConsumer"), ("on_chat", "ChatConsumer")],
)
def test_its_name(function, name):
    assert made(f"def {function}(message):\n{BODY}", function)[1].class_name == name


def test_a_name_that_is_taken():
    _, found = made(f"def on_chat(message):\n{BODY}", "on_chat", [("chat.c", "ChatConsumer")])
    assert found.class_name == "ChatConsumer2"


def test_its_text():
    found, conversion = made(f"X = 1\n\n\n# First.\ndef on_chat(message):\n{BODY}", "on_chat")
    changes = Changes(found)
    conversion.convert(changes)
    texts = changes.texts()
    assert texts["chat.c"].endswith(
        "class ChatConsumer(WebsocketConsumer):\n"
        "    # First.\n    def connect(self):\n        self.accept()\n"
    )
    assert 'route_class("chat.c.ChatConsumer")' in texts["chat.routing"]


def test_a_decorator_that_is_not_known():
    found, conversion = made(f"@other\ndef on_chat(message):\n{BODY}", "on_chat")
    with pytest.raises(Left, match="what @other does is not known"):
        conversion.convert(Changes(found))
