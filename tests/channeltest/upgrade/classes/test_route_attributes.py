from __future__ import annotations

import pytest

from channeltest.upgrade.classes.route_attributes import with_attributes, with_subclasses
from channeltest.upgrade.outcome import Left
from tests.channeltest.upgrade.projects import project

CONSUMERS = """\
from channels.generic.websockets import WebsocketConsumer


class C(WebsocketConsumer):
    group_name = "c"


class D(WebsocketConsumer):
    pass
"""


def routes(*entries):
    text = "from .consumers import C, D\n\nX = 1\n\nr = [{}]\n".format(", ".join(entries))
    return project(app__consumers=CONSUMERS, app__routing=text)


def made(*entries):
    found = routes(*entries)
    return with_subclasses(found, with_attributes(found))


STAFF = 'C.as_route(attrs={"group_name": "staff"}, path="^/(?P<x>a)/staff/$")'


def test_the_classes():
    assert with_attributes(routes(STAFF, 'D.as_route(path="^/d/$")')) == {"app.consumers.C"}


def test_subclasses():
    found = made(STAFF, 'D.as_route(path="^/d/$")')
    assert (
        found["app.consumers"]
        .partition('"c"\n')[2]
        .startswith('\n\nclass StaffC(C):\n    group_name = "staff"\n\n\nclass D(')
    )
    assert 'r = [StaffC.as_route(path="^/(?P<x>a)/staff/$"), D.as_route(' in found["app.routing"]
    assert "import D, StaffC" in found["app.routing"]


def test_those_that_are_not_named():
    assert with_subclasses(routes(STAFF), set()) == {}


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ('C.as_route(attrs={"a": 1})', "its path has no word"),
        ('C.as_route(attrs={"a": X}, path="^/a")', "a route sets attributes of it"),
        ('C.as_route(attrs={X: 1}, path="^/a")', "a route sets attributes of it"),
        ('C.as_route(attrs=X, path="^/a")', "a route sets attributes of it"),
        ('C.as_route(attrs={}, path="^/a")', "a route sets attributes of it"),
        ('C.as_route(attrs={"a": 1}, path="^/a", method="x")', "a route sets attributes of it"),
        (f"{STAFF}, {STAFF}", "the file has a name 'StaffC' already"),
    ],
)
def test_left(entry, reason):
    with pytest.raises(Left) as caught:
        made(entry)
    assert reason in caught.value.reason
