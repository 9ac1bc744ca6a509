from __future__ import annotations

import pytest

from tests.channeltest.upgrade.to_async.sources import (
    above_becomes,
    becomes,
    receive,
    receive_stays,
    stays,
)

SENT = "await self.send(text_data={})"


@pytest.mark.parametrize(
    "text",
    [
        *("self.channel_name", "text_data.upper()", 'self.scope["path"]', "settings.NAME"),
        *('self.scope["url_route"]["kwargs"]["room"]', 'self.scope["client"][0]', "__name__"),
        *('self.scope["user"].username', 'str(self.scope["user"].pk)', 'self.scope.get("path")'),
        *('self.scope["user"].get_username()', "str(datetime.now().year)", "self.groups[0]"),
    ],
)
def test_what_is_known(text):
    assert receive(f"self.send(text_data={text})") == SENT.format(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('self.scope["session"]["a"]', "the session may be read"),
        ('self.scope.get("session")', "the session may be read"),
        ('self.scope["user"].profile', "profile of the user may be read"),
        ('self.scope["user"].groups.all()', "groups of the user may be read"),
        ('self.scope["user"].has_perm("a")', "what .has_perm() of the user does"),
        ('str(self.scope["user"])', "what becomes of the user here"),
        ('"%s" % self.scope["user"]', "what becomes of the user here"),
        ('f"{self.scope["user"]}"'.replace('["user"]', "['user']"), "what becomes of the user"),
        ('{"user": self.scope["user"]}', "what becomes of the user here"),
        ("self.scope[text_data]", "what is read of the scope"),
        ("str(self.scope)", "what becomes of the scope here"),
        ('self.scope["more"]', "what is read of the scope"),
        ("Room.objects.count()", "Room.objects.count may query the database"),
        ("Room().name", "what Room does"),
        ("self.room.name", "where room comes from"),
        ("unknown", "what unknown does"),
        ("text_data.save()", "what .save() of data does"),
        ("text_data.owner", "what .owner of data does"),
        ("str(self)", "what becomes of the consumer"),
        ("self.send", "send is passed on"),
        ("self.receive", "receive is passed on"),
        ("self.more()", "what more() does"),
    ],
)
def test_what_is_not(text, reason):
    receive_stays(f"self.send(text_data={text})", reason)


def test_fields_of_an_own_user():
    others = {"settings": 'AUTH_USER_MODEL = "app.User"\n'}
    receive_stays('self.send(text_data=self.scope["user"].username)', "username of the", **others)
    receive_stays('self.send(text_data=self.scope["user"].get_username())', "the user", **others)
    receive('self.send(text_data=str(self.scope["user"].pk))', **others)


def test_users_that_may_be_loaded_later():
    middleware = "scope['user'] = SimpleLazyObject(load)\n"
    receive_stays(
        'self.send(text_data=str(self.scope["user"].pk))',
        "the user may be loaded when it is read",
        app__middleware=middleware,
    )


def test_settings():
    line = "self.send(settings.NAMES['a'])"
    assert receive(line) == f"await {line}"
    assert receive(line, settings="NAMES = {'a': 'b'}\n") == f"await {line}"
    receive_stays(line, "what the setting NAMES is", settings="NAMES = connect()\n")


def test_a_module_that_is_called_as_a_known_one():
    receive_stays(
        "json.dumps(text_data)", "what Room does", json="def dumps(a):\n    Room.objects.get()\n"
    )


def test_a_user_in_a_variable():
    receive(
        'user = self.scope["user"]\nif user.is_authenticated or user is None:\n    self.send("a")'
    )
    receive_stays('user = self.scope["user"]\nself.send(user.room.name)', "room of the user")
    receive_stays(
        'user = None\nfor a in "ab":\n    self.send(user.title)\n    user = self.scope["user"]',
        "title of the user",
    )


def test_a_user_in_an_attribute():
    connect = 'def connect(self):\n    self.user = self.scope["user"]\n    self.accept()\n\n'
    becomes(connect + "def receive(self, text_data):\n    self.send(self.user.username)\n")
    stays(
        connect + "def receive(self, text_data):\n    self.send(self.user.room)\n",
        "room of the user",
    )
    # The method that reads it stands above.
    stays("def receive(self, text_data):\n    self.send(self.user.room)\n\n" + connect, "room of")


@pytest.mark.parametrize(
    "line", ["self.send = 1", "self.scope = {}", "self.channel_layer = 1", "self.receive = 2"]
)
def test_attributes_that_are_replaced(line):
    receive_stays(line, "which its class has")


def test_class_variables():
    becomes("limit = 10\n\ndef receive(self, text_data):\n    self.send(text_data[: self.limit])\n")
    stays(
        "seen = []\n\ndef receive(self, text_data):\n    self.seen.append(1)\n    self.send('a')\n",
        "seen is one for all connections",
    )
    stays(
        "cache = connect()\n\ndef receive(self, text_data):\n    self.send(self.cache.get('a'))\n",
        "what this line of the class does",
    )


def test_a_class_variable_that_is_changed_in_place():
    stays("a = []\n\ndef receive(self, text_data):\n    self.a += [1]\n", "a is one for all")
    becomes("a = 0\n\ndef receive(self, text_data):\n    self.a += 1\n")


def test_properties():
    text = "@property\ndef room(self):\n    return {}\n\n"
    text += "def receive(self, text_data):\n    self.send(self.room)\n"
    assert "await self.send(self.room)" in becomes(text.format('"a-%s" % self.channel_name'))
    assert "property\ndef room" in becomes(text.format('"a"'))
    stays(text.format("Room.objects.get()"), "may query the database")
    stays(text.format("self.send('a')"), "it cannot be awaited where a property is read")


def test_variables_of_modules():
    receive("self.send(NAMES[text_data])", 'NAMES = {"a": "b"}\n\n')
    receive(
        "logger.info('a %s', text_data)\nself.send('a')", "logger = logging.getLogger(__name__)\n\n"
    )
    receive_stays("NAMES.append(text_data)", "NAMES may change", "NAMES = []\n\n")
    receive_stays("self.send(redis.get('a'))", "redis may change", "redis = connect()\n\n")
    receive_stays("self.send(A)", "what A does", "A = 1\nA = f()\n\n")


def test_variables_of_other_modules():
    other = {"app__names": 'NAMES = {"a": "b"}\n'}
    receive("self.send(names.NAMES['a'])", "from app import names\n", **other)
    receive("self.send(NAMES['a'])", "from app.names import NAMES\n", **other)
    changed = {**other, "app__views": "from app.names import NAMES\nNAMES['a'] = 1\n"}
    receive_stays(
        "self.send(NAMES['a'])", "NAMES may change", "from app.names import NAMES\n", **changed
    )


def test_constants_of_classes():
    above = "class Limits{}:\n    {} = 'a'\n\n\n"
    receive("self.send(Limits.NAME)", above.format("", "NAME"))
    receive("self.send(Limits.NAME)", above.format("(Model)", "NAME"))
    receive_stays("self.send(Limits.NAME)", "what Limits.NAME does", above.format("", "OTHER"))
    receive_stays("self.send(Limits.NAME)", "what Limits.NAME", above.format("(Enum)", "NAME"))
    receive_stays(
        "self.send(Limits.NAME)", "what Limits.NAME", above.format("", "NAME = f()\n    A")
    )
    receive_stays("Limits.NAME = 1", "what Limits does", above.format("", "NAME"))
    receive("self.send(Limits.NAME)", above.format("", "OTHER = NAME"))


def test_a_layer_in_a_variable():
    assert (
        above_becomes(
            "layer = get_channel_layer()\n",
            "def receive(self, text_data):\n    async_to_sync(layer.send)('a', {'type': 'a'})\n",
        )
        == "layer = get_channel_layer()"
    )


@pytest.mark.parametrize("call", ["time.sleep(1)", "requests.get('a')"])
def test_what_waits(call):
    receive_stays(call, f"{call.partition('(')[0]} waits, and nothing else would run meanwhile")
