from __future__ import annotations

import pytest

from channeltest.upgrade.suites.path_texts import paths_of
from channeltest.upgrade.suites.values import Value
from tests.channeltest.upgrade.suites.cases import family, methods


def paths(expression, statements="", given=None):
    """The paths that an expression in a method may stand for."""
    text = f"""
    def test_it(self, room="red"):
        client = WSClient()
        {statements or "pass"}
        {expression}
    """
    only, _, values = family(methods(text))
    [test] = only.methods
    arguments = {name: Value(test, node) for name, node in (given or {}).items()}
    return [*paths_of(values, Value(test, test.node.body[-1].value), arguments)]


@pytest.mark.parametrize(
    ("expression", "path"),
    [
        ("'/a/'", "/a/"),
        ("'/a/?b=1'", "/a/"),
        ("PATH", "/a/"),
        ("'/' + room + '/'", "/red/"),
        ("'/%s/' % room", "/red/"),
        ("'/%s/%d/' % (room, 3)", "/red/3/"),
        ("f'/{room}/'", "/red/"),
        ("'/a/' + '?b=' + other", "/a/"),
        ("'/a/%d' % room.pk", "/a/{room.pk}"),
        ("'/a/' + other", "/a/{other}"),
        ("f'/a/{other:d}'", "{f'/a/{other:d}'}"),
        ("'/a/%05d' % 3", "{'/a/%05d' % 3}"),
        ("'/%s/' % (1, 2)", "{'/%s/' % (1, 2)}"),
        ("'/a/%s' % what('?')", "/a/{what('?')}"),
        ("3 * room", "{3 * room}"),
    ],
)
def test_a_path(expression, path):
    assert paths(expression) == [path]


def test_several_paths():
    found = paths("'/' + each", "for each in ('a', 'b'):\n            pass")
    assert found == ["/a", "/b"]


def test_a_choice():
    assert paths("room or '/b/'") == ["red", "/b/"]
    assert paths("'' or None or '/b/'") == ["/b/"]
