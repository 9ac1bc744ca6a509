from __future__ import annotations

from textwrap import dedent, indent

import pytest

from channeltest.upgrade.classes.class_body import ClassBody
from channeltest.upgrade.outcome import Left
from tests.channeltest.upgrade.projects import module


def read(body):
    found = module("m", "class C(Base):\n" + indent(dedent(body).strip("\n"), "    ") + "\n")
    return ClassBody(found, found.tree.body[0])


def test_what_it_defines_and_assigns():
    found = read("""
        limit = 1
        http_user = True
        strict_ordering = True
        slight_ordering = False

        def receive(self, text=None, **kwargs):
            self.room = text

        def disconnect(self, message):
            print("gone")
    """)
    assert found.attributes == {"limit", "receive", "disconnect"}
    assert found.assigned == {"room"}
    assert [*found.methods] == ["receive", "disconnect"]
    assert found.settings == {"http_user": True, "strict_ordering": True, "slight_ordering": False}
    assert [each.lineno for each in found.removed] == [3, 4, 5]
    assert (found.is_ordered, found.leaves) == (True, True)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("a = b = 1", "what this statement does"),
        ("if a: b = 1", "what this statement does"),
        ("@property\ndef groups(self): return []", "groups() is called in another way"),
        ("@staticmethod\ndef connection_groups(**a): return []", "is called in another way"),
        ("receive = tell", "it gives a method another name"),
        ("def tell(self): pass\nsay = [tell]", "it gives a method another name"),
        ("http_user = USER", "http_user is not known"),
        ("slight_ordering = True", "slight_ordering was an error in Channels 1.1"),
        ("method_mapping = {'job': 'run'}\ndef run(self, m): pass", "messages on job is not known"),
        ("method_mapping = {'websocket.connect': 'run'}", "messages on websocket.connect is not"),
        ("method_mapping = {CHANNEL: 'run'}\ndef run(self, m): pass", "messages on  is not known"),
        (
            "method_mapping = {'websocket.connect': 'run', 'websocket.receive': 'run'}\n"
            "def run(self, m): pass",
            "messages on websocket.connect is not known",
        ),
        (
            "method_mapping = {'websocket.connect': 'run'}\ndef run(self, m): pass\n"
            "def connect(self): pass",
            "run() becomes connect(), and more than a route uses it",
        ),
        ("scope = 1", "scope is something else"),
        ("def accept(self): pass", "accept() is something else"),
        ("def raw_connect(self): pass", "it defines raw_connect() itself"),
        ("@cached_property\ndef tell(self):\n    return 1", "the decorators of tell()"),
        ("@property\ndef tell(this):\n    return 1", "is not called self"),
    ],
)
def test_what_is_not_known(body, reason):
    with pytest.raises(Left) as caught:
        read(body)
    assert reason in caught.value.reason


def test_a_mapping_of_methods():
    found = read("""
        method_mapping = {"websocket.connect": "connect", "websocket.receive": "line"}

        def connect(self, message, **kwargs): pass

        def line(self, message, **kwargs): pass
    """)
    assert [*found.mapping] == ["websocket.connect", "websocket.receive"]
    assert [each.name for each in found.renamed] == ["receive"]
    assert found.attributes == {*found.methods} == {"connect", "receive"}
