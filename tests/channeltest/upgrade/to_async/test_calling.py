from __future__ import annotations

import pytest

from tests.channeltest.upgrade.to_async.sources import (
    above_becomes,
    becomes,
    receive,
    receive_stays,
)

GROUP = 'self.channel_layer.group_send("a", {"type": "a"})'


@pytest.mark.parametrize("method", ["group_add", "group_discard", "group_send", "send"])
@pytest.mark.parametrize(
    "layer", ["self.channel_layer", "get_channel_layer()", "get_channel_layer('b')"]
)
def test_the_layer(layer, method):
    line = f"async_to_sync({layer}.{method})(text_data, 'b')"
    assert receive(line) == f"await {layer}.{method}(text_data, 'b')"


def test_the_layer_over_several_lines():
    lines = "async_to_sync(\n    self.channel_layer.group_add\n)(\n    'a', text_data  # here\n)"
    assert receive(lines) == "await self.channel_layer.group_add(\n    'a', text_data  # here\n)"


def test_a_layer_of_a_variable():
    lines = "layer = get_channel_layer()\nasync_to_sync(layer.send)('a', {})"
    assert receive(lines) == "layer = get_channel_layer()\nawait layer.send('a', {})"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("async_to_sync(self.channel_layer.receive)('a')", "what async_to_sync calls"),
        ("async_to_sync(other)('a')", "what async_to_sync calls"),
        ("async_to_sync(self.channel_layer.send, 1)('a')", "what async_to_sync calls"),
        ("async_to_sync(text_data.send)('a')", "what async_to_sync calls"),
        ("self.channel_layer.send('a', {})", "what .send() of the channel layer does"),
        ("async_to_sync(  # why\n    self.channel_layer.send)('a')", "a comment stands inside"),
        ("async_to_sync(self.channel_layer.send)('a', Room.objects.get())", "may query"),
    ],
)
def test_other_calls_of_the_layer(line, reason):
    receive_stays(line, reason)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("open('a')", "what open does"),
        ("getattr(self, text_data)()", "what getattr does"),
        ("text_data()", "what this calls"),
        ("text_data['a']()", "what this calls"),
        ("exec(text_data)", "what exec does"),
        ("print(Room.objects.get())", "may query"),
        ("json.dumps(text_data, default=self.send)", "send is passed on"),
        ("json.dumps(text_data, cls=Room)", "what Room does"),
    ],
)
def test_calls_that_are_not_known(line, reason):
    receive_stays(line, reason)


@pytest.mark.parametrize(
    "line",
    [
        *("a = json.loads(text_data)", "print(text_data)", "json.dumps(text_data, default=str)"),
        *("a = re.match('a', text_data).group(1)", "a = datetime.now().isoformat()"),
        *("a = {}\na.update(b=text_data)", "a = dict.fromkeys(text_data)", "a = str.join('', 'b')"),
        *("f = lambda a: a\nf(text_data)", "a = []\na.sort(key=len)"),
    ],
)
def test_calls_that_are_known(line):
    assert receive(line) == line


def test_methods_of_the_base():
    lines = "self.accept()\nself.send(text_data, close=True)\nreturn self.close(4000)"
    assert receive(lines) == lines.replace("self.", "await self.")


def test_super():
    line = "super().receive(text_data)\nsuper(C, self).receive(text_data)"
    assert (
        receive(line) == "await super().receive(text_data)\nawait super(C, self).receive(text_data)"
    )


def test_a_function_of_the_project():
    above = "def name_of(text):\n    return text.upper()\n\n\n"
    assert receive("self.send(name_of(text_data))", above) == "await self.send(name_of(text_data))"
    other = {"app__names": "def name_of(text):\n    return text.upper()\n"}
    receive("self.send(name_of(text_data))", "from .names import name_of\n", **other)
    receive("self.send(names.name_of(text_data))", "from app import names\n", **other)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("open(text)", "what open does is not known"),
        ("Room.objects.get()", "may query the database"),
        ("text.save()", "what .save() of data does is not known"),
        ("text()", "what this calls is not known"),
    ],
)
def test_a_function_of_the_project_that_is_not_known(line, reason):
    above = f"def name_of(text):\n    return {line}\n\n\n"
    receive_stays("self.send(name_of(text_data))", reason, above)


def test_a_class_of_the_project():
    receive_stays(
        "self.send(str(Thing()))", "what making a Thing does", "class Thing:\n    pass\n\n\n"
    )


def test_a_callback():
    above = "def rank(text):\n    return {}\n\n\n"
    receive("self.send(sorted(text_data, key=rank)[0])", above.format("text[0]"))
    receive_stays(
        "self.send(sorted(text_data, key=rank)[0])", "may query", above.format("Room.objects.get()")
    )
    sending = "def rank(text):\n    async_to_sync(get_channel_layer().send)(text, {})\n\n\n"
    receive_stays("self.send(sorted(text_data, key=rank)[0])", "where it is passed on", sending)


HELPER = "def reply(consumer, text):\n    consumer.send(text_data=text)\n\n\n"
RECEIVE = "def receive(self, text_data):\n    reply(self, text_data)\n"


def test_a_function_that_takes_the_consumer():
    assert above_becomes(HELPER, RECEIVE) == (
        "async def reply(consumer, text):\n    await consumer.send(text_data=text)"
    )
    assert "await reply(self, text_data)" in becomes(RECEIVE, above=HELPER)


def test_a_function_that_takes_the_user():
    above = "def name_of(user):\n    return user.{}\n\n\n"
    receive('self.send(name_of(self.scope["user"]))', above.format("username"))
    receive_stays(
        'self.send(name_of(self.scope["user"]))', "room of the user", above.format("room")
    )
    receive_stays(
        'self.send(name_of(user=self.scope["user"]))', "room of the user", above.format("room")
    )


def test_a_function_that_returns_the_user():
    above = "def user_of(consumer):\n    return consumer.scope['user']\n\n\n"
    receive("self.send(user_of(self).username)", above)
    receive_stays("self.send(user_of(self).room)", "room of the user", above)


def test_arguments_with_stars():
    above = "def name_of(*names, **more):\n    return str(names)\n\n\n"
    receive("self.send(name_of(*text_data, **{}))", above)
    receive_stays("name_of(self)", "what it is called with", above)
    receive_stays("name_of(*text_data, self)", "which arguments", above)
    receive_stays("name_of(self.scope['user'])", "what it is called with", above)


def test_a_check_of_access():
    above = """\
    def is_allowed(consumer):
        if consumer.scope["user"].is_anonymous:
            consumer.send(text_data="no")
            return False
        return True


    """
    lines = "if not is_allowed(self):\n    return\nself.send('yes')"
    expected = "if not await is_allowed(self):\n    return\nawait self.send('yes')"
    assert receive(lines, above) == expected
    method = "def receive(self, text_data):\n    if self.is_allowed() and text_data:\n"
    method += "        self.close()\n\n"
    method += "def is_allowed(self):\n    self.send('no')\n    return False\n"
    assert "if await self.is_allowed() and text_data:" in becomes(method)


def test_defaults():
    above = "def name_of(text, more={}):\n    return text\n\n\n"
    receive("self.send(name_of(text_data))", above.format("1"))
    receive_stays("self.send(name_of(text_data))", "the default of all", above.format("[]"))
    receive_stays("self.send(name_of(text_data))", "may query", above.format("Room.objects.get()"))
