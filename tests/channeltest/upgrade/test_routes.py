from __future__ import annotations

import pytest

from channeltest.upgrade.routes import may_be_missing, routing_lists
from tests.channeltest.upgrade.projects import project


def read(text):
    imports = "from channels import include, route, route_class\nfrom .c import C, f\n"
    found = project(chat__routing=imports + text, chat__c="def f(m): pass\nclass C: pass")
    return [*routing_lists(found)]


def test_entries():
    [routing] = read(
        'r = [route("x", f), route_class(C, path="^/a"), C.as_route(path="^/b"), '
        'include("other.r"), other]'
    )
    assert routing.name == "chat.routing.r"
    assert [(each.kind, each.channel, each.name, each.path) for each in routing.routes] == [
        ("route", "x", "chat.c.f", None),
        ("route_class", None, "chat.c.C", "^/a"),
        ("as_route", None, "chat.c.C", "^/b"),
        ("include", None, "other.r", None),
    ]
    assert len(routing.others) == 1


def test_dotted_paths():
    [routing] = read('r = (route("x", "chat.c.f"),)')
    assert routing.routes[0].name == "chat.c.f"


@pytest.mark.parametrize(
    "text", ["r = [1]", "def f():\n    return [route('x', f)]", "r = route('x', f)"]
)
def test_no_list_of_routes(text):
    assert read(text) == []


def test_a_filter_that_is_no_literal():
    [routing] = read(
        'r = [route("x", f, path=PATH), route("x", f, method="GET"), route("x", f, path="a")]'
    )
    assert [each.is_plain for each in routing.routes] == [False, False, True]


def test_a_filter_that_is_a_constant_of_the_module():
    [routing] = read('PATH = "^/a/$"\nr = [route("x", f, path=PATH)]')
    assert routing.routes[0].is_plain
    assert routing.routes[0].path == "^/a/$"


@pytest.mark.parametrize(
    ("regex", "expected"),
    [(r"^/(?P<a>x)/$", False), (r"^/(?P<a>x)?$", True), ("^/a|b", True), (r"(?P<a>x){0,1}", True)],
)
def test_groups_that_may_find_nothing(regex, expected):
    assert may_be_missing(regex) is expected


def test_a_sum_of_lists():
    first, second = read('a = [route("x", f)]\nr = a + [route_class(C)] + (route("y", f),)')
    assert first.name == "chat.routing.a"
    kinds = [(each.kind, each.name) for each in second.routes]
    assert kinds == [
        ("include", "chat.routing.a"),
        ("route_class", "chat.c.C"),
        ("route", "chat.c.f"),
    ]
    assert second.others == []


def test_a_sum_of_sums():
    lists = read("a = [route('x', f)]\nb = a + a\nr = b + other()")
    assert [each.name for each in lists] == ["chat.routing.a", "chat.routing.b", "chat.routing.r"]
    assert len(lists[2].others) == 1


@pytest.mark.parametrize("text", ["a = ['x']\nr = a + ['y']", "r = 1 + 2", "r = r + [1]"])
def test_a_sum_of_something_else(text):
    assert read(text) == []
