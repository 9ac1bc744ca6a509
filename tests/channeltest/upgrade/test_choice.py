from __future__ import annotations

import pytest

from channeltest.upgrade.plan import plan
from tests.channeltest.upgrade.projects import project

FUNCTION = 'def {0}(message):\n    message.reply_channel.send({{"accept": True}})\n'
CONSUMERS = FUNCTION.format("f") + FUNCTION.format("g")
WORKER = "def keep(message):\n    print(message['text'])\n"
CLASSES = """\
from channels.generic.websockets import WebsocketConsumer

class A(WebsocketConsumer):
    pass

class B(WebsocketConsumer):
    pass
"""
ROUTING = """\
from channels import route, route_class
r = [
    route("websocket.connect", "app.consumers.f", path="^/f/$"),
    route("websocket.connect", "app.consumers.g", path="^/g/$"),
    route("app.keep", "app.workers.keep"),
    route_class("app.classes.A", path="^/a/$"),
    route_class("app.classes.B", path="^/b/$"),
]
"""
EVERYTHING = project(
    app__consumers=CONSUMERS, app__workers=WORKER, app__classes=CLASSES, app__routing=ROUTING
)
NAMES = [each.name for each in plan(EVERYTHING).findings if each.kind == "automatic"]


def converted(found):
    return {each.name for each in plan(found).findings if each.kind == "automatic"}


def test_names():
    assert {"app.consumers.f", "app.consumers.g", "app.workers.keep"} <= {*NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_one_thing(name):
    assert converted(EVERYTHING.choosing([name])) == {name}


def test_several_things():
    assert converted(EVERYTHING.choosing(NAMES[1:3])) == {*NAMES[1:3]}


def test_everything_is_chosen_again():
    first = plan(EVERYTHING.choosing(NAMES[:1])).after
    assert converted(first.choosing(None)) == {*NAMES[1:]}


VIEWS = """\
from channels import Group

def one(request):
    Group("all").send({"text": "1"})

def two(request):
    Group("all").send({"text": "2"})
"""


def test_sends_are_chosen_by_their_functions():
    texts = {name.replace(".", "__"): each.text for name, each in EVERYTHING.modules.items()}
    before = project(**texts, app__views=VIEWS)
    consumers = plan(before, ["class_consumers", "function_consumers", "worker_functions"]).after
    assert converted(consumers) == {"app.views.one", "app.views.two"}
    after = plan(consumers.choosing(["app.views.two"])).after.modules["app.views"].text
    assert after.count("Group(") == after.count("group_send") == 1


def test_one_of_a_family_is_enough():
    text = CLASSES.replace("class B(WebsocketConsumer)", "class B(A)")
    found = project(app__classes=text).choosing(["app.classes.B"])
    assert converted(found) == {"app.classes.A", "app.classes.B"}
    assert converted(found.choosing(["app.other"])) == set()
