from __future__ import annotations

import pytest

from channeltest.upgrade.changes import Changes
from channeltest.upgrade.outcome import Left
from channeltest.upgrade.sends.groups import group_functions, sends_to_function
from tests.channeltest.upgrade.projects import project

MODELS = """\
from channels import Group

class Room:
    @property
    def websocket_group(self):
        return Group("room-%s" % self.pk)

def group_of(user):
    return Group(user.name)
"""


def test_what_returns_a_group():
    found = project(models=MODELS)
    assert sorted(group_functions(found)) == ["group_of", "websocket_group"]


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    if x: return None\n    return Group('a')",
        "def f():\n    return Group('a', channel_layer=x)",
        "def f():\n    return 1",
        "def f():\n    return Group('a')\ndef g():\n    def f(): pass",
    ],
)
def test_what_does_not(text):
    assert group_functions(project(m=f"from channels import Group\n{text}\n")) == {}


def test_a_property_and_its_uses():
    found = project(
        models=MODELS,
        views=(
            "def say(room):\n"
            "    async_to_sync(self.channel_layer.group_add)(room.websocket_group.name, name)\n"
            "    room.websocket_group.send({'text': 'a'})\n"
        ),
    )
    changes = Changes(found)
    [send] = sends_to_function(found, changes, "websocket_group")
    assert send.module.source(send.name) == "room.websocket_group"
    texts = changes.texts()
    assert 'return "room-%s" % self.pk\n' in texts["models"]
    assert "group_add)(room.websocket_group, name)" in texts["views"]


def test_a_function_and_its_uses():
    found = project(
        models=MODELS, views="from models import group_of\ngroup_of(u).send({'text': 'a'})\n"
    )
    [send] = sends_to_function(found, Changes(found), "group_of")
    assert send.module.source(send.name) == "group_of(u)"


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("views", "room.websocket_group.name\n", "not only sent to"),
        ("views", "keep(room.websocket_group)\n", "not only sent to"),
        ("views", "room.websocket_group.send(x)\n", "not spelled out"),
        ("test_views", "room.websocket_group.send({'text': 'a'})\n", "a test uses"),
        ("views", "\n", "not known who uses"),
    ],
)
def test_left(name, text, reason):
    found = project(models=MODELS, **{name: text})
    with pytest.raises(Left, match=reason):
        sends_to_function(found, Changes(found), "websocket_group")


def test_a_variable_with_the_name_of_a_property():
    views = (
        "def say(room, websocket_group):\n"
        "    print(websocket_group)\n"
        "    room.websocket_group.send({'text': 'a'})\n"
    )
    found = project(models=MODELS, views=views)
    assert len(sends_to_function(found, Changes(found), "websocket_group")) == 1
    views = "from models import group_of\nprint(group_of)\n"
    found = project(models=MODELS, views=views)
    with pytest.raises(Left):
        sends_to_function(found, Changes(found), "group_of")


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("if x: return Group('a')\n    return Group('b')", 2),
        ("if x: return Group('a')\n    else: return Group('b')", 2),
        ("if x: return Group('a')\n    elif y: return Group('b')", 0),
        ("if x: return Group('a')\n    return Group('b', 'c')", 0),
    ],
)
def test_a_function_that_returns_one_of_several_groups(body, count):
    found = group_functions(project(m=f"from channels import Group\ndef f():\n    {body}\n"))
    assert [len(groups) for _, _, groups in found.values()] == ([count] if count else [])
