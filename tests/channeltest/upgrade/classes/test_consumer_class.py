from __future__ import annotations

from textwrap import dedent, indent

import pytest

from channeltest.upgrade.classes.consumer_class import ConsumerClass
from channeltest.upgrade.outcome import Left
from tests.channeltest.upgrade.projects import module


def read(body, is_json=False):
    found = module("m", "class C(Base):\n" + indent(dedent(body).strip("\n"), "    ") + "\n")
    return ConsumerClass(found, found.tree.body[0], is_json, ())


def test_what_it_defines_and_assigns():
    found = read("""
        limit = 1
        http_user = True

        def receive(self, text=None, **kwargs):
            self.room = text
            print(self.message.channel_session["room"])
            self.help()

        def help(self):
            self.send(text="help")
    """)
    assert found.attributes == {"limit", "receive", "help"}
    assert (found.assigned, found.uses_session, found.is_json) == ({"room"}, True, False)
    assert found.events_of("receive", found.node) == ["late", "reply"]
    assert found.events_of("limit", found.node) == []
    text = found.edits.apply()
    assert "http_user" not in text and "def receive(self, text_data=None):" in text


def test_builtins_stay():
    text = read("def receive(self, text, **kwargs):\n    print(bytes(text))").edits.apply()
    assert "print(bytes(text_data))" in text


def test_json():
    assert (
        "def receive_json(self, data):" in read("def receive(self, data): pass", True).edits.apply()
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("a = b = 1", "what this statement does"),
        ("def receive(self): pass", "the arguments of receive() are not known"),
        ("def connect(self, message, *args): pass", "the arguments of connect() are not known"),
        (
            "def help(self):\n    self.message.reply_channel.send({'accept': True})",
            "accepted already",
        ),
        ("def connect(self, message, room): print(room)", "it is written in one line"),
        ("@classmethod\ndef tell(cls):\n    cls.group_send('g', 'x')", "what cls.group_send is"),
        ("@cached_property\ndef tell(self):\n    return 1", "the decorators of tell()"),
        ("@property\ndef tell(this):\n    return 1", "is not called self"),
        (
            "@property\ndef g(self):\n    self.group_send('g', 'x')\n"
            "def receive(self, text, **kwargs):\n    self.g\n    self.close()",
            "it goes on after a send to a group",
        ),
    ],
)
def test_what_is_not_known(body, reason):
    with pytest.raises(Left) as caught:
        read(body)
    assert reason in caught.value.reason
