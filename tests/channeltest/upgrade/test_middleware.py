from __future__ import annotations

import pytest

from channeltest.upgrade.middleware import stack_of
from tests.channeltest.upgrade.projects import project

HEAD = "from channels.generic.websocket import WebsocketConsumer\n"


def stack(text, base="WebsocketConsumer"):
    found = project(c=f"{HEAD}{text}\nclass C({base}):\n    def connect(self):\n        use()\n")
    module = found.modules["c"]
    return stack_of(found, module, module.definitions["C"])


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        ("self.accept()", ""),
        ('self.scope["path"]', ""),
        ('self.scope["session"]', "SessionMiddlewareStack"),
        ('self.scope.get("session")', "SessionMiddlewareStack"),
        ('self.scope["user"]; self.scope["session"]', "AuthMiddlewareStack"),
        ("check(self.scope)", "AuthMiddlewareStack"),
        ("self.scope[key]", "AuthMiddlewareStack"),
    ],
)
def test_what_a_consumer_reads(use, expected):
    text = f"class Base(WebsocketConsumer):\n    def connect(self):\n        {use}\n"
    assert stack(text, "Base") == expected
