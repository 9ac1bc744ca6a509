from __future__ import annotations

from textwrap import dedent, indent

import pytest

from channeltest.upgrade.classes.class_body import ClassBody
from channeltest.upgrade.classes.consumer_class import ConsumerClass
from channeltest.upgrade.outcome import Left
from tests.channeltest.upgrade.projects import module


def read(*bodies, is_json=False):
    """A consumer; its bases in the project follow."""
    texts = ["class C:\n" + indent(dedent(each).strip("\n"), "    ") + "\n" for each in bodies]
    found = module("m", "".join(texts))
    lines = [ClassBody(found, node) for node in found.tree.body]
    return ConsumerClass(lines, "json" if is_json else "text", ())


def texts(consumer):
    """What the methods become, by their names; of two with one name, the last."""
    found = {}
    for each in consumer.translated.values():
        span = each.body.module.span(each.node)
        found[each.node.name] = each.result.edits.apply(*span)
    return found


def events(consumer, name):
    return consumer.events_of(name, None)


def test_methods():
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
    assert found.assigned == {"room"}
    assert events(found, "receive") == ["late", "reply"]
    assert events(found, "limit") == []
    assert texts(found)["receive"].startswith("def receive(self, text_data=None, bytes_data=None):")
    sessions = {each.node.name: each.result.uses_session for each in found.translated.values()}
    assert sessions == {"receive": True, "help": False}


def test_builtins_stay():
    found = read("def receive(self, text, **kwargs):\n    print(bytes(text))")
    assert "print(bytes(text_data))" in texts(found)["receive"]


def test_json():
    found = read("def receive(self, data): pass", is_json=True)
    assert texts(found)["receive"] == "def receive_json(self, data): pass"


GATE = """
http_user = True

def connect(self, message, **kwargs):
    if message.user.is_anonymous:
        self.close()
    else:
        super().connect(message, **kwargs)
"""


def test_what_it_overrides():
    leaves = "def disconnect(self, message):\n    self.group_send('g', 'x')"
    found = read("def connect(self, m):\n    super().connect(m)\n    print(1)", GATE, leaves)
    assert (found.may_refuse, found.leaves) == (True, True)
    connects = [each for each in found.translated.values() if each.node.name == "connect"]
    assert sorted(connects[-1].outcomes) == sorted(connects[0].outcomes)
    assert sorted(map(len, connects[0].outcomes)) == [1, 2]
    assert not read("x = 1").may_refuse


@pytest.mark.parametrize(
    ("bodies", "reason"),
    [
        (["def receive(self): pass"], "the arguments of receive() are not known"),
        (["def connect(self, message, *args): pass"], "the arguments of connect() are not known"),
        (
            ["def help(self):\n    self.message.reply_channel.send({'accept': True})"],
            "accepted already",
        ),
        (["def connect(self, message, room): print(room)"], "it is written in one line"),
        (["@classmethod\ndef tell(cls):\n    cls.group_send('g', 'x')"], "what cls.group_send is"),
        (
            [
                "@property\ndef g(self):\n    self.group_send('g', 'x')\n"
                "def receive(self, text, **kwargs):\n    self.g\n    self.close()"
            ],
            "it goes on after a send to a group",
        ),
        (["def a(self):\n    self.b()\ndef b(self):\n    self.a()"], "calls itself"),
        (["a = 1", "def a(self): pass\ndef b(self):\n    self.a()"], "it overrides a, which"),
        (["http_user = False", "http_user = True"], "it takes back http_user"),
        (
            ["def connect(self, message):\n    super().connect(message)\n    self.send('x')", GATE],
            "it answers after it has closed",
        ),
    ],
)
def test_what_is_not_known(bodies, reason):
    with pytest.raises(Left) as caught:
        read(*bodies)
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    ("arguments", "becomes"),
    [
        ("text", "text_data"),
        ("text=None", "text_data=None"),
        ("text, **kwargs", "text_data"),
        ("text='', **kwargs", "text_data='', bytes_data=None"),
        ("text, bytes=None, **kwargs", "text_data, bytes_data=None"),
    ],
)
def test_a_binary_frame_finds_what_it_found(arguments, becomes):
    found = read(f"def receive(self, {arguments}):\n    self.send(text)")
    assert texts(found)["receive"].startswith(f"def receive(self, {becomes}):")


@pytest.mark.parametrize("line", ["print(kwargs['bytes'])", "self.other(**kwargs)"])
def test_a_binary_frame_in_keywords(line):
    with pytest.raises(Left) as caught:
        read(f"other = print\ndef receive(self, text=None, **kwargs):\n    {line}")
    assert "a binary frame is in the kwargs" in caught.value.reason


def test_what_an_exception_ends():
    lines = [
        "from channels.exceptions import WebsocketCloseException",
        "class C:",
        "    def receive(self, text):",
        "        super().receive(text)",
        "class Base:",
        "    def receive(self, text):",
        "        raise WebsocketCloseException(4000)",
        "",
    ]

    def consumer():
        found = module("m", "\n".join(lines))
        return ConsumerClass([ClassBody(found, each) for each in found.tree.body[1:]], "text", ())

    assert {each.stops for each in consumer().translated.values()} == {True}
    lines.insert(4, "        print(text)")
    with pytest.raises(Left) as caught:
        consumer()
    assert "an exception of receive() of its base class ends it" in caught.value.reason


@pytest.mark.parametrize(
    ("body", "is_known"),
    [
        ("return self.groups + [room]", True),
        ("return [room]\ndef tell(self):\n    print(self.groups)", False),
        ("return self.groups\ndef tell(self):\n    self.connection_groups(1)", False),
    ],
)
def test_groups_that_a_method_computes(body, is_known):
    text = f"groups = ['a']\ndef connection_groups(self, room):\n    {body}"
    if is_known:
        assert "self.groups" in texts(read(text))["connection_groups"]
        return
    with pytest.raises(Left) as caught:
        read(text)
    assert "self.groups has what connection_groups" in caught.value.reason


@pytest.mark.parametrize(
    ("name", "is_known"), [("connect", True), ("receive", True), ("disconnect", False)]
)
def test_what_computing_groups_assigned(name, is_known):
    text = f"""
        def connection_groups(self, room):
            return self.find(room)

        def find(self, room):
            self.room = room
            return [room]

        def {name}(self, text):
            print(self.room)
    """
    if is_known:
        assert read(text)
        return
    with pytest.raises(Left) as caught:
        read(text)
    assert "connection_groups() assigned self.room anew" in caught.value.reason


@pytest.mark.parametrize("line", ["lambda text: text", "lambda **kwargs: kwargs['a']"])
def test_arguments_of_inner_functions(line):
    with pytest.raises(Left) as caught:
        read(f"def receive(self, text, **kwargs):\n    f = {line}")
    assert "a function in it has an argument" in caught.value.reason


def test_a_method_without_arguments():
    text = "@staticmethod\ndef limit(**more):\n    return 1"
    assert texts(read(text))["limit"].endswith("return 1")


@pytest.mark.parametrize("line", ["self.close()", "self.help()"])
def test_computing_groups_does_nothing_else(line):
    with pytest.raises(Left) as caught:
        read(f"""
            def connection_groups(self):
                {line}
                return []

            def help(self):
                self.send("x")
        """)
    assert "it does more than to compute groups" in caught.value.reason
