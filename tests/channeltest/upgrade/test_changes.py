from __future__ import annotations

import pytest

from channeltest.upgrade.changes import Changes, modern_name
from channeltest.upgrade.outcome import Left
from tests.channeltest.upgrade.projects import project


def changed(edit, **texts):
    found = project(**texts)
    changes = Changes(found)
    edit(changes, found.modules["a"])
    return changes.texts()


def replace_last(changes, module):
    changes.edits(module).replace_node(module.tree.body[-1], "new()")
    changes.need(module, "b", "new")


def test_edits_and_imports():
    assert changed(replace_last, a="from b import old\nold()\n") == {
        "a": "from b import new\nnew()\n"
    }


@pytest.mark.parametrize("other", ["from a import old", "patch('a.old')"])
def test_imports_that_others_need_stay(other):
    found = changed(replace_last, a="from b import old\nold()\n", c=other)
    assert found == {"a": "from b import new, old\nnew()\n"}


def test_nothing_to_change():
    assert changed(lambda changes, module: changes.need(module, "b", "c"), a="x = 1") == {}


def test_no_blank_lines_are_left_at_the_end():
    def remove(changes, module):
        changes.edits(module).replace(module.span(module.tree.body[-1]), "")

    assert changed(remove, a="x = 1\n\n\ny = 2\n") == {"a": "x = 1\n"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", "WebsocketConsumer"),
        ("from channels.generic.websocket import WebsocketConsumer", "WebsocketConsumer"),
        (
            "from channels.generic.websockets import WebsocketConsumer",
            "websocket.WebsocketConsumer",
        ),
        ("class WebsocketConsumer: pass", "websocket.WebsocketConsumer"),
    ],
)
def test_modern_name(text, name):
    found = project(a=text)
    assert modern_name(Changes(found), found.modules["a"], "WebsocketConsumer") == name


def test_no_modern_name():
    found = project(a="import websocket\nclass WebsocketConsumer: pass")
    with pytest.raises(Left, match="uses the name 'websocket' itself"):
        modern_name(Changes(found), found.modules["a"], "WebsocketConsumer")
