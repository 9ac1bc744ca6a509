from __future__ import annotations

import pytest

from channeltest.upgrade.outcome import Left
from channeltest.upgrade.routing.route_tree import tree_of
from tests.channeltest.upgrade.projects import project

CONSUMERS = """\
from channels.consumer import SyncConsumer
from channels.generic.websocket import WebsocketConsumer
class C(WebsocketConsumer): pass
class D(WebsocketConsumer): pass
class W(SyncConsumer): pass
def f(message): pass
"""
HEAD = "from channels import include, route, route_class\nfrom .c import C, D, W, f\n"


def tree(text, **others):
    found = project(chat__routing=HEAD + text, chat__c=CONSUMERS, **others)
    return tree_of(found, "chat.routing.r")


def test_entries():
    found = tree(
        'a = [route_class(C, path="^/a/$")]\n'
        'r = [include(a, path="^/in"), C.as_route(path="^/b"), route("w", W), include("x.r.k")]',
        x__r='from channels import route\nk = [route("k", "chat.c.W")]',
    )
    assert [each.pattern for each in found.websockets] == ["^in/", "^b"]
    assert [each.route.channel for each in found.channels] == ["w", None]
    assert [each.name for each in found.lists()] == ["r", "a", "k"]
    assert [node.name for _, node in found.consumers()] == ["C", "C"]


def test_a_dict():
    found = tree('r = {"websocket.connect": C, "websocket.receive": C, "w": W}')
    assert [each.pattern for each in found.websockets] == [""]
    assert (len(found.repeated), len(found.channels)) == (1, 1)


def test_no_list():
    assert tree("r = 1") is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('r = [route("websocket.connect", f)]', "consumer of Channels 1 is left"),
        ('r = [route("http.request", C)]', "routes the channel 'http.request'"),
        ('r = [route("w", W, n="1")]', "filters by more than a path"),
        ('r = [route("w", W), route("w", W)]', "channel alone"),
        ('r = [route_class(C, path="^/a|^/b")]', "alternatives"),
        ('r = [route_class(C), other()]', "not known"),
        ('r = [route_class(unknown)]', "not known"),
        ('r = [include("no.such"), route_class(C)]', "what it includes is not known"),
        ('r = [include("chat.routing.r"), route_class(C)]', "what it includes is not known"),
        ('r = {"websocket.connect": C, "websocket.receive": D}', "several consumers"),
        (
            'a = [route_class(C, path="^/a"), route_class(D)]\nr = [include(a, path="^/x")]',
            "only some of what it includes",
        ),
        (
            'a = [route_class(C, path="^/a"), route("w", W)]\nr = [include(a, path="^/x")]',
            "more than websockets",
        ),
        (
            'r = [include("chat.routing.a")]\na = [route_class(C)]',
            "a list that stands below it",
        ),
    ],
)  # fmt: skip
def test_left(text, reason):
    with pytest.raises(Left, match=reason):
        tree(text)
