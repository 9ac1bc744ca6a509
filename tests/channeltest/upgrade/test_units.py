from __future__ import annotations

import pytest

from channeltest.upgrade.units import websocket_units
from tests.channeltest.upgrade.projects import project

CONSUMERS = "def c(m): pass\ndef r(m): pass\ndef d(m): pass\ndef c2(m): pass\nclass K: pass\n"


def units(entries):
    text = f"from channels import route\nimport app.consumers as a\nx = [{entries}]"
    return websocket_units(project(app__consumers=CONSUMERS, app__routing=text))


def entry(channel, name, path=None):
    filters = "" if path is None else f", path={path!r}"
    return f"route('websocket.{channel}', a.{name}{filters})"


def functions(found):
    return [[name.rpartition(".")[2] for name in unit.functions] for unit in found]


def test_by_path():
    found = units(
        ", ".join(
            [
                entry("connect", "c", "^/a$"),
                entry("connect", "c2", "^/b$"),
                entry("receive", "r", "^/a$"),
            ]
        )
    )
    assert functions(found) == [["c", "r", ""], ["c2", "", ""]]
    assert [unit.problem for unit in found] == [None, None]


def test_frames_without_a_path():
    found = units(", ".join([entry("connect", "c", "^/a$"), entry("receive", "r")]))
    assert functions(found) == [["c", "r", ""]]
    assert found[0].places[0].path.path == "^/a$"


def test_frames_without_a_path_of_two_connects():
    entries = [entry("connect", "c", "^/a$"), entry("connect", "c2", "^/b$"), entry("receive", "r")]
    assert functions(units(", ".join(entries))) == [["c", "", ""], ["c2", "", ""], ["", "r", ""]]


def test_classes_and_workers_are_no_unit():
    assert units("route('websocket.connect', a.K), route('work', a.c)") == []


def test_problems():
    found = units(", ".join([entry("connect", "c"), entry("connect", "c2")]))
    assert [unit.problem.reason for unit in found] == [
        "two routes of this path have the same channel"
    ]


@pytest.mark.parametrize(
    ("more", "is_left"),
    [
        # The frames of the only path that lets clients in.
        ("route('websocket.receive', c.r)", False),
        ("route('websocket.receive', c.r, path='^/')", True),
        ("route('websocket.receive', c.r, path='^/b/')", False),
        ("route('websocket.connect', c.r)", False),
        ("include('other.k')", True),
        ("include('other.k', path='^/other/')", False),
        # Its frames are those of its own connections.
        ("route_class(c.C)", False),
    ],
)
def test_other_routes_that_take_a_part(more, is_left):
    routes = f"r = [route('websocket.connect', c.w, path='^/a/'), {more}]"
    texts = {"other": "from channels import route\nk = [route('websocket.receive', 'c.r')]\n"}
    found = project(
        c="def w(m): pass\ndef r(m): pass\nclass C: pass\n",
        routing=f"import c\nfrom channels import include, route, route_class\n{routes}\n",
        **(texts if "other" in more else {}),
    )
    [unit] = [each for each in websocket_units(found) if each.functions[0] == "c.w"]
    reason = "other routes take part of what comes on its path"
    assert (unit.problem is not None and unit.problem.reason == reason) is is_left
