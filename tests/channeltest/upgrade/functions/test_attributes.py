from __future__ import annotations

import ast

import pytest

from channeltest.upgrade.functions.attributes import message_attributes


def attributes(body):
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    function = ast.parse(f"def f(message):\n{lines}").body[0]
    assert isinstance(function, ast.FunctionDef)
    return message_attributes([(function, "message")])


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("message.device = 1", {"device"}),
        ("message.user = user\nmessage.room, a = 1, 2", {"room", "user"}),
        ("try:\n    message.user = 1\nexcept KeyError:\n    pass", {"user"}),
        ("print(message.device)", set()),
        ("other.device = 1", set()),
        ("message.device = 1\ndel message.device", set()),
        ("message.channel_session = {}\nmessage.scope = 1\nmessage.content = {}", set()),
        ("message.a = 1\ntry:\n    message.b\nexcept AttributeError:\n    pass", set()),
        ("message.a = 1\ntry:\n    message.b\nexcept:\n    pass", set()),
    ],
)
def test_what_is_assigned(body, names):
    assert attributes(body) == names
