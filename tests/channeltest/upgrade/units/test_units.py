from __future__ import annotations

from channeltest.upgrade.units.units import websocket_units
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
