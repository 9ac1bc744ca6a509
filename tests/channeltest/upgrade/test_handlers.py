from __future__ import annotations

import pytest

from channeltest.sources.edits import Edits
from channeltest.upgrade.handlers import add_handler, without_handler
from channeltest.upgrade.outcome import Left
from tests.channeltest.upgrade.projects import project

HEAD = "from channels.generic.websocket import WebsocketConsumer\n"
HANDLER = '    def group_message(self, event):\n        self.send(text_data=event["text"])\n'


def members(body, bases="WebsocketConsumer"):
    found = project(c=f"{HEAD}class C({bases}):\n    groups = ['g']\n{body}")
    module = found.modules["c"]
    node = module.definitions["C"]
    return found, without_handler({"c.C": (module, node)}, "groups")


def test_a_handler_is_added_once():
    _found, [(module, node)] = members("")
    edits = Edits(module)
    add_handler(edits, node)
    assert edits.apply().endswith(f"groups = ['g']\n\n{HANDLER}")
    assert members(HANDLER)[1] == []


def test_others_get_none():
    found = project(c=f"{HEAD}class C(WebsocketConsumer): pass\n")
    module = found.modules["c"]
    assert without_handler({"c.C": (module, module.definitions["C"])}, "groups") == []


@pytest.mark.parametrize(
    ("body", "bases", "reason"),
    [
        ("    def send(self, x): pass\n", "WebsocketConsumer", "a method 'send' of its own"),
        ("    def group_message(self, e): pass\n", "WebsocketConsumer", "'group_message'"),
        ("", "Mixin, WebsocketConsumer", "what its base does"),
    ],
)
def test_left(body, bases, reason):
    with pytest.raises(Left, match=reason):
        members(body, bases)
