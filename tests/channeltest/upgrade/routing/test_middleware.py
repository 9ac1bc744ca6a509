from __future__ import annotations

import pytest

from channeltest.upgrade.routing.middleware import stack_of
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


HELPERS = {
    "helpers": "def name_of(consumer):\n    return inner(consumer)\n\n\n"
    "def inner(consumer):\n    name_of\n    return consumer.scope['user'].username\n"
}


@pytest.mark.parametrize("use", ["name_of(self)", "other(name_of)", "helpers.name_of(self)"])
def test_what_functions_read(use):
    text = f"{HEAD}import helpers\nfrom helpers import name_of\n\n\nclass C(WebsocketConsumer):\n"
    found = project(c=f"{text}    def connect(self):\n        {use}\n", **HELPERS)
    module = found.modules["c"]
    assert stack_of(found, module, module.definitions["C"]) == "AuthMiddlewareStack"


def test_what_a_decorator_reads():
    text = "def allowed(f):\n    f.scope['session']\n    return f\n"
    text += (
        "\n\nclass Base(WebsocketConsumer):\n    @allowed\n    def connect(self):\n        pass\n"
    )
    assert stack(text, "Base") == "SessionMiddlewareStack"
