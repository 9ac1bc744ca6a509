from __future__ import annotations

import pytest

from channeltest.upgrade.units.shared_paths import add_problems, taken_by_classes
from channeltest.upgrade.units.units import websocket_units
from tests.channeltest.upgrade.projects import project

REASON = "other routes take part of what comes on its path"
ROUTING = """\
from channels import include, route, route_class
from c import *
"""
CONSUMERS = """\
from channels.generic import BaseConsumer
from channels.generic.websockets import WebsocketConsumer, WebsocketDemultiplexer
from channels.generic.websocket import WebsocketConsumer as Modern
from channels.sessions import enforce_ordering

def w(m): pass
def r(m): pass

@enforce_ordering
def counting(m): pass

class Silent(WebsocketConsumer):
    groups = ["all"]

    def disconnect(self, message):
        Group("all").discard(message.reply_channel)

class Heir(Silent):
    http_user = True

class Receiving(WebsocketConsumer):
    def receive(self, text):
        self.send(text=text)

class ReceivingHeir(Receiving):
    pass

class Leaving(WebsocketConsumer):
    def disconnect(self, message):
        self.group_send("all", text="bye")

class Strict(WebsocketConsumer):
    strict_ordering = True

    def receive(self, text):
        self.send(text=text)

class Worker(BaseConsumer):
    method_mapping = {"work": "work"}

class Old(BaseConsumer):
    method_mapping = {"websocket.receive": "take"}

class Other(WebsocketDemultiplexer):
    pass

class New(Modern):
    def receive(self, text_data):
        self.send(text_data=text_data)
"""


def found(routes, **others):
    return project(c=CONSUMERS, routing=f"{ROUTING}{routes}\n", **others)


def is_left(routes, **others):
    """Whether the functions of the path where ``w`` lets clients in are left."""
    made = found(routes, **others)
    units = websocket_units(made)
    add_problems(made, units)
    [unit] = [each for each in units if each.functions[0] in ("c.w", "c.counting")]
    return unit.problem is not None and unit.problem.reason == REASON


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        # The frames of the only path that lets clients in.
        ("route('websocket.receive', r)", False),
        ("route('websocket.receive', r, path='^/')", True),
        ("route('websocket.receive', r, path='^/b/')", False),
        ("route('websocket.connect', r)", False),
        ("include('other.k')", True),
        ("include('other.k', path='^/other/')", False),
        ("include('unknown.k')", True),
        ("include('unknown.k', path='^/other/')", False),
    ],
)
def test_functions(more, expected):
    other = "from channels import route\nk = [route('websocket.receive', 'c.r')]\n"
    routes = f"x = [route('websocket.connect', w, path='^/a/'), {more}]"
    assert is_left(routes, other=other) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Silent", False),
        ("Heir", False),
        ("Receiving", True),
        ("ReceivingHeir", True),
        ("Leaving", True),
        # It waits for the connect, which it never gets.
        ("Strict", False),
        ("Worker", False),
        ("Old", True),
        ("Other", True),
        ("Missing", True),
        # It has its own connections.
        ("New", False),
    ],
)
def test_classes(name, expected):
    routes = "x = [route('websocket.connect', w, path='^/a/$'), "
    assert is_left(f"{routes}route_class({name}, path='^/')]") is expected
    assert is_left(f"{routes}route_class({name}, path='^/b/')]") is False
    assert is_left(f"{routes}{name}.as_route(path='^/a/b')]") is False


def test_a_class_in_front_has_its_own_connections():
    assert not is_left("x = [route_class(Receiving, path='^/'), route('websocket.connect', w)]")
    assert is_left("x = [route('websocket.connect', w), route_class(Receiving, path='^/')]")


def test_a_strict_class_goes_on_where_functions_have_counted():
    assert is_left("x = [route('websocket.connect', counting), route_class(Strict)]")


def test_a_class_has_what_no_function_lets_in():
    routes = "x = [route('websocket.connect', w, path='^/a'), route_class(Silent)]"
    assert not is_left(routes)
    made = found("x = [route('websocket.receive', w, path='^/a'), route_class(Silent)]")
    units = websocket_units(made)
    add_problems(made, units)
    assert units[0].problem.reason == REASON


@pytest.mark.parametrize(
    ("inner", "expected"), [("'^/b'", False), ("'^/$'", True), ("r'^/(?P<x>\\w*)/?$'", True)]
)
def test_a_class_of_another_list(inner, expected):
    routes = """\
y = [route('websocket.connect', w, path='^/$')]
z = [route_class(Receiving, path=INNER)]
x = [include(y, path='^/chat'), include(z, path='^/chat')]
""".replace("INNER", inner)
    assert is_left(routes) is expected
    assert is_left(routes.replace("y, path='^/chat'", "y, path='^/other'")) is False


def test_the_class_stays_as_well():
    made = found("x = [route('websocket.connect', w, path='^/a/$'), route_class(Receiving)]")
    assert [*taken_by_classes(made, websocket_units(made))] == ["c.Receiving"]
    made = found("x = [route('websocket.connect', w, path='^/a/$'), route_class(Silent)]")
    assert taken_by_classes(made, websocket_units(made)) == {}
