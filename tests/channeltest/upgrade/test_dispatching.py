from __future__ import annotations

import ast

import pytest
from channels.generic.websocket import JsonWebsocketConsumer, WebsocketConsumer

from channeltest.upgrade.dispatching import FRAMEWORK, prefix_of


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
