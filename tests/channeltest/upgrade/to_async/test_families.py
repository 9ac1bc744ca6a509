from __future__ import annotations

import pytest

from channeltest.sources.project import Project
from channeltest.upgrade.to_async.families import converted_families
from tests.channeltest.upgrade.projects import fix, project
from tests.channeltest.upgrade.to_async.sources import FIXER, becomes, stays, written

CONNECT = "def connect(self):\n    self.accept()\n"
ASYNC = "async def connect(self):\n    await self.accept()"


def test_what_was_modern_stays():
    before = project(app__consumers=written(CONNECT).modules["app.consumers"].text)
    assert converted_families(before) == []
    assert [each.members[0].name for each in converted_families(written(CONNECT))] == [
        "app.consumers.C"
    ]


def test_what_was_modern_and_has_two_meanings():
    text = written(CONNECT).modules["app.consumers"].text + "\n\nC = register(C)\n"
    assert converted_families(project(app__consumers=text)) == []


def test_what_was_a_consumer_of_channels_1():
    text = written(CONNECT).modules["app.consumers"].text
    old = project(app__consumers=text.replace("generic.websocket ", "generic.websockets "))
    now = Project(project(app__consumers=text).modules.values(), original=old)
    assert len(converted_families(now)) == 1


def test_a_class_and_those_that_derive_from_it():
    found = converted_families(
        written(CONNECT, other="from .consumers import C\n\n\nclass D(C):\n    pass\n")
    )
    assert [[each.node.name for each in family.members] for family in found] == [["C"]]
    found = converted_families(
        written(
            CONNECT, app__more="# channels\nfrom .consumers import C\n\nclass D(C):\n    a = 1\n"
        )
    )
    assert [[each.node.name for each in family.members] for family in found] == [["C", "D"]]


ROUTES = "from channels import route_class\nfrom .consumers import C\nr = [{}]\n"


@pytest.mark.parametrize(
    "routes",
    [
        ROUTES.format('route_class(C, path="^/$")'),
        ROUTES.format("C.as_route()"),
        ROUTES.format('C.as_route(path="^/$")'),
        ROUTES.format('re_path("^$", C.as_asgi())'),
        'from channels import route\nr = [route("websocket.connect", "app.consumers.C")]\n',
    ],
)
def test_routes(routes):
    assert becomes(CONNECT, app__routing=routes) == ASYNC


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("C()", "elsewhere than in a route"),
        ("C.accept = None", "its accept is used elsewhere"),
        ("C.connect(a)", "its connect is used elsewhere"),
        ("x.consumer = C", "the class is stored"),
        ("C.as_asgi(room=room)", "what a route makes it with"),
        ("C.as_route(path='/', attrs={})", "what a route makes it with"),
    ],
)
def test_other_uses(line, reason):
    stays(CONNECT, reason, app__views=f"from .consumers import C\n{line}\n")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('mock.patch.object(C, "connect")', "elsewhere than in a route"),
        ('mock.patch("app.consumers.C.connect")', "names connect, perhaps to patch it"),
        ('mock.patch("app.consumers.C")', "perhaps to be patched"),
        ("C.connect", "its connect is used elsewhere"),
    ],
)
def test_uses_of_tests(line, reason):
    stays(
        CONNECT, reason, app__tests=f"from unittest import mock\nfrom .consumers import C\n{line}\n"
    )


def test_what_tests_may_do():
    lines = "from .consumers import C\nassertIs(a, C)\nassert C.groups == []\nroutes = [C]\n"
    assert becomes(CONNECT, app__tests=lines) == ASYNC


def test_other_names_of_a_class():
    above = CONNECT + "\n"
    found, _ = fix(FIXER, written(above, app__other="from .consumers import C\n\nD = C\n"))
    assert "await" in found.modules["app.consumers"].text
    stays(CONNECT, "its connect is", app__other="from .consumers import C\n\nD = C\nD.connect(1)\n")


@pytest.mark.parametrize(
    ("base", "above", "reason"),
    [
        ("WebsocketConsumer, Other", "", "it has other bases"),
        ("WebsocketConsumer, metaclass=M", "", "it has other bases"),
    ],
)
def test_other_bases(base, above, reason):
    stays(CONNECT, reason, base, above)


def test_a_decorator_of_the_class():
    stays(CONNECT, "it has other bases, or a decorator", above="@registered\n")


def test_lines_of_the_class():
    stays("for a in range(3):\n    b = a\n" + CONNECT, "what this line of the class does")
    assert becomes('"""A text."""\n\na = 1\n\n' + CONNECT).endswith(ASYNC)


@pytest.mark.parametrize(
    "value", ["connect", "print", "lambda self: 1", "partial(a)", "f.g", "connect.x"]
)
def test_what_a_class_assigns(value):
    stays(CONNECT + f"\nnote = {value}\n", "what this line of the class does is not known")


@pytest.mark.parametrize("value", ["1", "[1, 2]", "settings.NAME", "Thing", "LIMIT", '{"a": "b"}'])
def test_values_of_a_class(value):
    above = "LIMIT = 3\n\n\nclass Thing:\n    pass\n\n\n"
    assert ASYNC in becomes(f"limit = {value}\n\n" + CONNECT, above=above)
