from __future__ import annotations

import pytest

from tests.channeltest.upgrade.to_async.sources import becomes, receive_stays, stays

RECEIVE = "def receive(self, text_data):\n    {}\n\n"


def test_methods_that_wait_and_methods_that_do_not():
    found = becomes(
        """\
        def receive(self, text_data):
            self.greet(self.name_of(text_data))

        def greet(self, name):
            self.send("hello " + name)

        def name_of(self, text):
            return text.upper()
        """
    )
    assert found == (
        "async def receive(self, text_data):\n    await self.greet(self.name_of(text_data))\n\n"
        'async def greet(self, name):\n    await self.send("hello " + name)\n\n'
        "def name_of(self, text):\n    return text.upper()"
    )


def test_methods_that_get_messages():
    assert becomes("def chat_message(self, event):\n    pass\n").startswith("async def")
    text = RECEIVE.format("self.chat_note({})") + "def chat_note(self, event):\n    return event\n"
    assert "\ndef chat_note" in becomes(text)
    assert "\ndef chat_note" in becomes(text, app__views='name = "chat.note"\n')
    for sent in (
        '{"type": "chat.note"}',
        'name = "chat.note"; {"type": name}',
        'dict(type="chat_note")',
    ):
        found = becomes(text, app__views=f"{sent}\n")
        assert "await self.chat_note({})" in found
        assert "async def chat_note" in found


def test_methods_that_call_each_other():
    text = RECEIVE.format("self.count(3)") + (
        "def count(self, n):\n    if n:\n        self.count(n - 1)\n    self.send(str(n))\n"
    )
    assert "await self.count(n - 1)" in becomes(text)
    pure = RECEIVE.format("self.send(str(self.count(3)))") + (
        "def count(self, n):\n    return self.count(n - 1) if n else 1\n"
    )
    assert "self.send(str(self.count(3)))" in becomes(pure)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("def __getattr__(self, name):\n    return 1\n", "what calls __getattr__"),
        ("def __call__(self, *args):\n    return 1\n", "what calls __call__"),
        ("@wrapped\ndef receive(self, text_data):\n    pass\n", "what its decorators do"),
        ("@property\ndef receive(self):\n    pass\n", "its decorators are not made for"),
        ("@staticmethod\ndef send(text):\n    pass\n", "its decorators are not made for"),
        ("def receive(self, text_data):\n    yield text_data\n", "it is a generator"),
        ("def __init__(self):\n    self.close()\n", "__init__ cannot be async"),
    ],
)
def test_methods_that_cannot_wait(text, reason):
    stays(text, reason)


def test_a_generator():
    text = RECEIVE.format("self.send(list(self.words(text_data))[0])")
    becomes(text + "def words(self, text):\n    yield from text.split()\n")
    stays(text + "def words(self, text):\n    yield self.send(text)\n", "it is a generator")


def test_static_methods_and_class_methods():
    text = RECEIVE.format("self.send(self.name_of(text_data))")
    becomes(text + "@staticmethod\ndef name_of(text):\n    return text\n")
    becomes(text + "@classmethod\ndef name_of(cls, text):\n    return text\n")
    stays(
        text + "@classmethod\ndef name_of(cls, text):\n    return Room.objects.get()\n", "may query"
    )


def test_an_encoder():
    text = (
        "@classmethod\ndef encode_json(cls, content):\n    return json.dumps(content, indent=1)\n\n"
    )
    text += "def receive_json(self, content):\n    self.send(self.encode_json(content))\n"
    found = becomes(text, "JsonWebsocketConsumer")
    assert "async def encode_json" in found
    assert "await self.send(await self.encode_json(content))" in found
    stays(
        text.replace("@classmethod\n", ""),
        "encode_json is no class method",
        "JsonWebsocketConsumer",
    )


def test_a_session_of_the_connection():
    becomes(
        """\
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.channel_session = {}

        def receive(self, text_data):
            self.channel_session["a"] = text_data
            self.send(self.channel_session.get("a"))
        """
    )


def test_all_methods_count():
    stays(
        RECEIVE.format("self.send(text_data)")
        + "def disconnect(self, code):\n    Room.objects.get()\n",
        "may query the database",
    )
    stays("def nobody_calls_it(self):\n    Room.objects.get()\n", "may query the database")


def test_functions_call_each_other():
    above = "def first(text):\n    return second(text) if text else 1\n\n\n"
    above += "def second(text):\n    return first(text[1:]) or {}\n\n\n"
    receive_stays("first(text_data)", "may query", above.format("Room.objects.get()"))
