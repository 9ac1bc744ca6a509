"""Which sends are known, and when consumers are all of today."""

from __future__ import annotations

import ast

import pytest

from channeltest.upgrade.outcome import Left
from channeltest.upgrade.sends.layer_sends import consumers, is_modern, keys_of, send_of, uses_of

from ..projects import project

SEND = "from channels import Group\n\nGroup('a').send({'text': 'b', 'n': 1})\n"
CONSUMERS = """\
from channels.consumer import SyncConsumer
from channels.generic.websockets import WebsocketConsumer


class Modern(SyncConsumer):
    pass


class Below(Modern):
    pass


class Old(WebsocketConsumer):
    pass


class Loop(Loop):
    pass
"""


def found(routing, **others):
    """The consumers of a project, or why they are not known."""
    before = project(
        views=SEND,
        consumers=CONSUMERS,
        routing=f"from channels import include, route, route_class\nimport consumers\n{routing}",
        **others,
    )
    (use,) = uses_of(before, "channels.Group")
    try:
        return list(consumers(before, use))
    except Left as left:
        return left.reason


def test_a_send():
    found = project(views=SEND, tests=SEND)
    (use,) = uses_of(found, "channels.Group")
    send = send_of(found, use)
    assert (ast.unparse(send.name), keys_of(send.content)) == ("'a'", ["text", "n"])
    assert send.alias is None


@pytest.mark.parametrize(
    ("routing", "expected"),
    [
        ("routes = [route('a', consumers.Modern)]", ["consumers.Modern"]),
        ("routes = [route_class(consumers.Below), include('x')]", ["consumers.Below"]),
        ("routes = {'a': 'consumers.Modern'}", ["consumers.Modern"]),
        ("routes = [route('a', consumers.Old)]", "this consumer of Channels 1 is left"),
        ("routes = [route('a', print)]", "what this route leads to is not known"),
        ("routes = [route('a', consumers.Modern), more()]", "what this route leads to"),
        ("", "no routing leads to a consumer"),
    ],
)
def test_consumers(routing, expected):
    result = found(routing)
    assert result == expected or (isinstance(expected, str) and result.startswith(expected))


@pytest.mark.parametrize("name", ["helpers", "tests"])
def test_an_async_function(name):
    result = found(
        "routes = [route('a', consumers.Modern)]", **{name: "x = 1\nasync def f():\n    pass\n"}
    )
    expected = "helpers.py line 2 is async, where async_to_sync cannot be called"
    assert result == (expected if name == "helpers" else ["consumers.Modern"])


@pytest.mark.parametrize(
    ("name", "expected"), [("Modern", True), ("Below", True), ("Old", False), ("Loop", False)]
)
def test_modern(name, expected):
    before = project(consumers=CONSUMERS)
    module = before.modules["consumers"]
    assert is_modern(before, module, module.definitions[name]) is expected
