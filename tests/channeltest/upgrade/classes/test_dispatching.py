from __future__ import annotations

import ast
from textwrap import indent

import pytest
from channels.generic.websocket import JsonWebsocketConsumer, WebsocketConsumer

from channeltest.upgrade.classes.dispatching import FRAMEWORK, calls_of_kept, prefix_of


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("getattr(self, 'do_' + name)", "do_"),
        ("getattr(self, 'do_%s' % name, None)", "do_"),
        ("getattr(self, 'do_{}'.format(name), None)", "do_"),
        ("getattr(self, 'do_{name}'.format(name=1))", "do_"),
        ("getattr(self, f'do_{name}')", "do_"),
        ("getattr(self, 'do%s' % name)", ""),
        ("getattr(self, name)", ""),
        ("getattr(self, '%s_do' % name)", ""),
        ("getattr(self, 'do_%s_%s' % (a, b))", ""),
        ("getattr(other, 'do_' + name)", ""),
        ("setattr(self, 'do_' + name, 1)", ""),
    ],
)
def test_beginnings_of_names(text, prefix):
    assert prefix_of(ast.parse(text).body[0].value) == prefix


def test_what_todays_consumers_have():
    ours = {*dir(WebsocketConsumer), *dir(JsonWebsocketConsumer)} - {*dir(object)}
    assert {name for name in ours if name[0] != "_"} <= FRAMEWORK


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        ("f = {'a': self.a}.get(x)\nif f is None:\n    return\nf(1)\nf(2)", 2),
        ("f = {'a': self.a}[x]\nif f:\n    f(1)", 1),
        ("f = {'a': self.a}[x]\nif not f:\n    return\nf(1)", 1),
        ("f = {'a': self.a}[x]\nkeep(f)\nf(1)", 0),
        ("f = {'a': self.a}[x]\nf = f or 1\nf(1)", 0),
        ("f = {'a': self.a}\nf(1)", 0),
        ("f, g = {'a': self.a}[x]\nf(1)", 0),
        ("{'a': self.a}[x](1)", 0),
    ],
)
def test_calls_of_a_method_that_was_looked_up(lines, count):
    [function] = ast.parse("def m(self, x):\n" + indent(lines, "    ")).body
    walked = [*ast.walk(function)]
    parents = {id(child): each for each in walked for child in ast.iter_child_nodes(each)}
    [table] = [each for each in walked if isinstance(each, ast.Dict)]
    found = calls_of_kept(function, table, parents)
    assert [ast.unparse(each.func) for each in found] == ["f"] * count
