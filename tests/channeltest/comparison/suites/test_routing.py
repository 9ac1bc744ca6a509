"""What a routing leads to: routes of both worlds, handlers, groups, each with its place."""

from __future__ import annotations

import ast
from pathlib import Path
from unittest import mock

import pytest
from channels import Group
from channels.generic.websocket import WebsocketConsumer
from channels.generic.websockets import JsonWebsocketConsumer
from channels.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter, include, route
from channels.sessions import SessionMiddlewareStack, channel_session
from django.urls import path, re_path

from channeltest.comparison.suites.routing import entries, pattern_of

HERE = "tests/channeltest/comparison/suites/test_routing.py"


@channel_session
def connect(message, room):
    Group(f"room-{room}").add(message.reply_channel)


def work(message):
    Group("all").send({"text": ""})


class Old(JsonWebsocketConsumer):
    def receive(self, content, **kwargs):
        self.helper(content)

    def helper(self, content):
        pass


class Modern(WebsocketConsumer):
    groups = ["everybody"]

    def connect(self):
        self.accept()

    def chat_message(self, event):
        pass

    def helper(self, first, second):
        pass


application = ProtocolTypeRouter(
    {
        "websocket": SessionMiddlewareStack(
            URLRouter(
                [
                    path("a/", Modern.as_asgi()),
                    re_path("^b/", URLRouter([path("c/", Modern.as_asgi())])),
                ]
            )
        ),
        "channel": ChannelNameRouter({"jobs": Modern.as_asgi()}),
    }
)
ROUTING = [
    include([route("websocket.connect", connect, path=r"^/(?P<room>\w+)/$")], path=r"^/chat"),
    route("work", work),
    Old.as_route(path=r"^/old/$"),
    application,
]


@pytest.fixture
def found(settings):
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "no.such.layer", "ROUTING": ROUTING}}
    settings.ASGI_APPLICATION = None
    return {(each.kind, each.name): each for each in entries()}


def line_of(text):
    lines = Path(__file__).read_text().splitlines()
    return f"{HERE}:{lines.index(text) + 1}"


def test_routes(found):
    routes = {each.consumer: each for each in found.values() if each.kind == "route"}
    assert [name for kind, name in found if kind == "route"] == [
        r"path=^/chat websocket.connect (path=^/(?P<room>\w+)/$) -> "
        "tests.channeltest.comparison.suites.test_routing.connect",
        "work -> tests.channeltest.comparison.suites.test_routing.work",
        *(name for _, name in found if name.endswith(".Old")),
        "websocket a/ -> Modern",
        "websocket ^b/ c/ -> Modern",
        "channel jobs -> Modern",
    ]
    assert routes["connect"].place == line_of("@channel_session")
    assert routes["Old"].place == line_of("class Old(JsonWebsocketConsumer):")


def test_handlers(found):
    handlers = {name: each.channels for (kind, name), each in found.items() if kind == "handler"}
    assert handlers == {
        "Old.receive": ("websocket.receive",),
        "Modern.connect": ("websocket.connect",),
        "Modern.chat_message": ("chat.message", "chat-message", "chat_message"),
    }
    place = found["handler", "Old.receive"].place
    assert place == line_of("    def receive(self, content, **kwargs):")


def test_groups(found):
    groups = {name: each.place for (kind, name), each in found.items() if kind == "group"}
    assert groups == {
        "room-.*": line_of('    Group(f"room-{room}").add(message.reply_channel)'),
        "all": line_of('    Group("all").send({"text": ""})'),
        "everybody": line_of('    groups = ["everybody"]'),
    }


@pytest.mark.parametrize(
    ("start", "channel", "path", "expected"),
    [
        ("path=^/chat", "websocket.connect", "/chat/a/", True),
        ("path=^/chat", "websocket.connect", "/a/", False),
        ("path=^/chat", "websocket.receive", "/chat/a/", False),
        ("work", "work", "/", True),
        ("websocket a/", "websocket.receive", "/a/", True),
        ("websocket a/", "websocket.receive", "/b/c/", False),
        ("websocket ^b/", "websocket.receive", "/b/c/", True),
        ("channel jobs", "jobs", "/", True),
        ("channel jobs", "websocket.receive", "/a/", False),
    ],
)
def test_what_a_route_serves(found, start, channel, path, expected):
    (entry,) = (each for (_, name), each in found.items() if name.startswith(start))
    assert entry.serves(channel, {"path": path}) is expected


def test_mocks(settings):
    routing = [route("c", mock.Mock()), ProtocolTypeRouter({"websocket": mock.AsyncMock()})]
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "no.such.layer", "ROUTING": routing}}
    settings.ASGI_APPLICATION = None
    assert [each.name for each in entries()] == ["c -> <mock>"]


def test_the_application_of_the_settings(settings):
    settings.CHANNEL_LAYERS = {}
    settings.ASGI_APPLICATION = f"{__name__}.application"
    assert [each.name for each in entries()][:1] == ["websocket a/ -> Modern"]


def test_no_routing(settings):
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    settings.ASGI_APPLICATION = None
    assert entries() == []


@pytest.mark.parametrize(
    ("code", "pattern"),
    [
        ("'room'", "room"),
        ("'a.b'", r"a\.b"),
        ("'room-%s' % slug", "room\\-.*"),
        ("'room-%(slug)s' % each", "room\\-.*"),
        ("'room-{}'.format(slug)", "room\\-.*"),
        ("f'room-{slug}-x'", "room\\-.*\\-x"),
        ("'room-' + slug", "room\\-.*"),
        ("slug", ".*"),
        ("name(slug)", ".*"),
    ],
)
def test_names_of_groups(code, pattern):
    assert pattern_of(ast.parse(code, mode="eval").body) == pattern
