from __future__ import annotations

import pytest

from channeltest.upgrade.plan import ASYNC, FIXERS, TESTS
from channeltest.upgrade.prove.conversions import all_together, next_conversion
from tests.channeltest.upgrade.projects import project

CLASSES = """\
from channels import Group, route_class
from channels.generic.websockets import WebsocketConsumer

class Base(WebsocketConsumer):
    def receive(self, text=None, bytes=None, **kwargs):
        Group("all").send({"text": text})

class Echo(WebsocketConsumer):
    def receive(self, text=None, bytes=None, **kwargs):
        self.send(text=text)

r = [route_class(Base, path="^/a/$"), route_class(Echo, path="^/b/$")]
"""
FUNCTIONS = """\
from channels import route

def ws_add(message):
    message.reply_channel.send({"accept": True})

def ws_message(message):
    message.reply_channel.send({"text": message["text"]})

r = [
    route("websocket.connect", ws_add, path="^/c/$"),
    route("websocket.receive", ws_message, path="^/c/$"),
]
"""


def conversions(found, fixers=FIXERS):
    """All conversions of a project, each made on what the one before left."""
    tried, every = set(), []
    while (conversion := next_conversion(found, fixers, tried)) is not None:
        tried.add(conversion.key)
        every.append(conversion)
        found = conversion.plan.after.choosing(None)
    return every


def test_one_after_the_other():
    found = conversions(project(app__classes=CLASSES, app__functions=FUNCTIONS))
    assert [each.key for each in found] == [
        ("CT102", "app.classes.Base"),
        ("CT102", "app.classes.Echo"),
        ("CT101", "app.functions.ws_add"),
        ("CT104", "app.classes.Base.receive"),
    ]
    assert [each.is_consumer for each in found] == [True, True, True, False]
    base, echo, functions, sends = found
    assert (base.consumers, echo.consumers) == ({"Base"}, {"Echo"})
    assert functions.consumers == {"ws_add", "ws_message"}
    assert len(functions.made) == 1
    assert sends.consumers == {"Base"}


def test_what_was_tried_is_left_out():
    before = project(app__classes=CLASSES)
    first = next_conversion(before, FIXERS, ())
    second = next_conversion(before, FIXERS, {first.key})
    assert second.key == ("CT102", "app.classes.Echo")
    assert "class Base(WebsocketConsumer)" in second.plan.after.modules["app.classes"].text


@pytest.mark.parametrize("fixers", [[], ["worker_functions"]])
def test_fixers_that_do_not_run(fixers):
    assert next_conversion(project(app__classes=CLASSES), fixers, ()) is None


def test_consumers_become_async_after_all_that_is_sync():
    found = conversions(project(app__classes=CLASSES), (*FIXERS, ASYNC))
    assert [each.key for each in found][-2:] == [
        ("CT107", "app.classes.Base"),
        ("CT107", "app.classes.Echo"),
    ]
    assert found[-1].is_consumer
    assert (found[-1].consumers, found[-1].made) == ({"Echo"}, {"Echo"})


CASE = """\
from channels.test import ChannelTestCase


class {0}(ChannelTestCase):
    def test_it(self):
        pass
"""


def test_test_classes_come_last():
    before = project(
        app__classes=CLASSES,
        app__test_a=CASE.format("A"),
        app__test_b=CASE.format("B"),
        settings="ASGI_APPLICATION = 'app'\n",
    )
    found = conversions(before, [*FIXERS, *TESTS])
    assert [each.key for each in found][-2:] == [
        ("CT108", "app.test_a.A"),
        ("CT108", "app.test_b.B"),
    ]
    assert [each.test_classes for each in found][-3:] == [set(), {"test_a.A"}, {"test_b.B"}]


def test_all_that_is_left():
    found = project(app__classes=CLASSES, app__functions=FUNCTIONS)
    together = all_together(found, FIXERS, ["app.classes.Base", "application", "gone"])
    assert together is not None
    assert together.key == ("CT101, CT102, CT104", "app.classes.Base")
    assert {"Base", "Echo", "ws_add"} <= together.consumers
    assert "group_send" in together.plan.after.modules["app.classes"].text
    assert all_together(found, FIXERS, ["gone"]) is None
    assert all_together(found, (), ["app.classes.Base"]) is None


FAMILIES = """\
from channels.generic.websockets import WebsocketConsumer

class Base(WebsocketConsumer):
    def answer(self, text):
        self.send(text=text)

class A(Base): pass
class Other(WebsocketConsumer): pass
class B(Other): pass
"""


def test_classes_that_derive_from_each_other_are_one_conversion():
    found = conversions(project(app__classes=FAMILIES))
    names = [each.name for each in found]
    assert names == ["app.classes.Base, app.classes.A", "app.classes.Other, app.classes.B"]
    assert [each.consumers for each in found] == [{"Base", "A"}, {"Other", "B"}]
