from __future__ import annotations

import pytest

from channeltest.sources.edits import Edits
from channeltest.upgrade.functions.handlers import add_handler, without_handler
from channeltest.upgrade.outcome import Left
from channeltest.upgrade.refusal import send_text
from tests.channeltest.upgrade.projects import project

HEAD = "from channels.generic.websocket import WebsocketConsumer\n"
HANDLER = '    def group_message(self, event):\n        self.send(text_data=event["text"])\n'


def members(body, bases="WebsocketConsumer"):
    found = project(c=f"{HEAD}class C({bases}):\n    groups = ['g']\n{body}")
    module = found.modules["c"]
    node = module.definitions["C"]
    return found, without_handler(found, {"c.C": (module, node)}, "groups")


def test_a_handler_is_added_once():
    _found, [(module, node)] = members("")
    edits = Edits(module)
    add_handler(edits, node)
    assert edits.apply().endswith(f"groups = ['g']\n\n{HANDLER}")
    assert members(HANDLER)[1] == []


def test_a_consumer_with_the_send_that_accepts():
    _found, [(_module, node)] = members(send_text("    ", "\n"))
    assert node.name == "C"
    with pytest.raises(Left, match="a method 'send' of its own"):
        members("    def send(self, text_data):\n        pass\n")


def test_others_get_none():
    found = project(c=f"{HEAD}class C(WebsocketConsumer): pass\n")
    module = found.modules["c"]
    assert without_handler(found, {"c.C": (module, module.definitions["C"])}, "groups") == []


def test_the_handler_of_a_base_in_the_project():
    text = f"{HEAD}class B(WebsocketConsumer): pass\n"
    text += "class C(B):\n    groups = ['g']\nclass D(B):\n    groups = ['h']\n"
    found = project(c=text)
    module = found.modules["c"]
    consumers = {f"c.{name}": (module, module.definitions[name]) for name in "CD"}
    [(_, node)] = without_handler(found, consumers, "groups")
    assert node.name == "B"


@pytest.mark.parametrize(
    ("body", "bases", "reason"),
    [
        ("    def send(self, x): pass\n", "WebsocketConsumer", "a method 'send' of its own"),
        ("    def group_message(self, e): pass\n", "WebsocketConsumer", "'group_message'"),
        ("", "View, WebsocketConsumer", "what its base does"),
    ],
)
def test_left(body, bases, reason):
    with pytest.raises(Left, match=reason):
        members(body, bases)
