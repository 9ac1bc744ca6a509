from __future__ import annotations

import pytest

from channeltest.upgrade.changes import Changes
from channeltest.upgrade.outcome import Left
from channeltest.upgrade.routing.leftovers import (
    check_nothing_left,
    check_tests,
    remove_unused_imports,
)
from channeltest.upgrade.routing.route_tree import tree_of
from tests.channeltest.upgrade.projects import project

TEXTS = {
    "c": (
        "from channels.generic.websocket import WebsocketConsumer\n"
        "class C(WebsocketConsumer): pass\n"
    ),
    "routing": 'from channels import route_class\nr = [route_class("c.C")]\n',
    "asgi": "from channels.asgi import get_channel_layer\nchannel_layer = get_channel_layer()\n",
}


def check(**more):
    found = project(**{**TEXTS, **more})
    lists = tree_of(found, "routing.r").lists()
    check_nothing_left(found, lists, found.modules["asgi"])
    check_tests(found, lists)


def test_nothing_left():
    check(
        x=(
            "from channels.layers import get_channel_layer\n"
            "from channels.exceptions import ChannelFull\n"
        ),
        test_x="from channels import Group\nfrom channels.test import ChannelTestCase\n",
    )


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("x", "from channels import Group\nuse(Group)\n", "it imports channels.Group"),
        ("x", "import channels\n", "it imports channels,"),
        (
            "x",
            "from channels.sessions import channel_session\nuse(channel_session)\n",
            "channels.sessions",
        ),
        ("x", "import asgi_redis  # of channels\n", "it imports asgi_redis"),
        ("routing", TEXTS["routing"] + "def more(): return route_class('c.C')\n", "has this route"),
        ("test_x", "from routing import r\nuse(r)\n", "a test uses r"),
        ("test_x", "x = {'ROUTING': 'a'}\n", "sees the routes themselves"),
        ("test_x", "channel_layers['default'].router.match(x)\n", "sees the routes themselves"),
    ],
)  # fmt: skip
def test_left(name, text, reason):
    with pytest.raises(Left, match=reason):
        check(**{name: text})


def test_imports_that_nobody_uses():
    found = project(
        **TEXTS,
        x=(
            "from channels import Group, Channel\nfrom channels.auth import http_session\n"
            "use(Group)\n"
        ),
        v="from channels.generic.websockets import WebsocketConsumer\n",
        w="from channels.generic.websocket import WebsocketConsumer\n",
        y="from channels import Channel  # kept\n",
        z="from x import Channel\n",
    )
    changes = Changes(found)
    remove_unused_imports(found, changes)
    # Another module takes Channel.
    assert changes.texts() == {"v": "", "x": "from channels import Group, Channel\nuse(Group)\n"}
