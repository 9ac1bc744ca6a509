from __future__ import annotations

import pytest

from channeltest.sources.project import Project
from tests.channeltest.upgrade.projects import fix, project
from tests.channeltest.upgrade.to_async.sources import FIXER, becomes, receive, written

CONNECT = "def connect(self):\n    self.accept()\n"


def text_of(before):
    after, findings = fix(FIXER, before)
    assert {each.kind for each in findings} == {"automatic"}, findings
    return after.modules["app.consumers"].text


def test_imports():
    text = text_of(written(CONNECT))
    assert "from channels.generic.websocket import (\n    AsyncWebsocketConsumer,\n" in text
    assert "    WebsocketConsumer" not in text
    assert "class C(AsyncWebsocketConsumer):" in text


def test_imports_that_others_need():
    views = "from .consumers import WebsocketConsumer\n"
    assert "    WebsocketConsumer,\n" in text_of(written(CONNECT, app__views=views))


def test_a_base_with_its_module():
    text = "from channels.generic import websocket\n\n\nclass C(websocket.WebsocketConsumer):\n    "
    found = text_of(Project(project(app__consumers=text + "a = 1\n").modules.values(), Project([])))
    assert "class C(websocket.AsyncWebsocketConsumer):" in found
    assert "from channels.generic import websocket\n" in found


def test_a_worker():
    body = "class W(SyncConsumer):\n    def chat_remarks(self, event):\n        pass\n"
    text = "from channels.consumer import SyncConsumer\n\n\n" + body
    found = text_of(Project(project(app__consumers=text).modules.values(), Project([])))
    assert found == text.replace("Sync", "Async").replace("def chat", "async def chat")


def test_a_class_that_derives_from_another():
    more = (
        "# channels\nfrom .consumers import C\n\n\nclass D(C):\n"
        "    def connect(self):\n        super().connect()\n        self.name()\n\n"
        "    def name(self):\n        self.send('a')\n"
    )
    after, findings = fix(FIXER, written(CONNECT, app__more=more))
    assert [each.kind for each in findings] == ["automatic"] * 2
    assert after.modules["app.more"].text == (
        more.replace("    def", "    async def")
        .replace("super()", "await super()")
        .replace("self.name()", "await self.name()")
        .replace("self.send(", "await self.send(")
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("self.encode_json({}).upper()", "(await self.encode_json({})).upper()"),
        ("self.encode_json({})[0]", "(await self.encode_json({}))[0]"),
        ("2 ** self.encode_json({})", "2 ** (await self.encode_json({}))"),
        ("'a' + self.encode_json({})", "'a' + await self.encode_json({})"),
        ("not self.encode_json({})", "not await self.encode_json({})"),
        (
            "self.encode_json([self.encode_json({})])",
            "await self.encode_json([await self.encode_json({})])",
        ),
    ],
)
def test_awaits_in_expressions(line, expected):
    body = f"def receive_json(self, content):\n    a = {line}\n"
    assert becomes(body, "JsonWebsocketConsumer").endswith(f"a = {expected}")


def test_comments_and_forms():
    lines = "# Why.\nself.send(  # here\n    text_data,\n)  # there"
    assert receive(lines) == lines.replace("self.send", "await self.send")
    assert "async def receive(self, text_data): await self.send(text_data)" in becomes(
        "def receive(self, text_data): self.send(text_data)\n"
    )


def test_line_ends():
    before = written(CONNECT)
    module = before.modules["app.consumers"]
    module = module.replaced(module.text.replace("\n", "\r\n"))
    text = text_of(Project([module], Project([])))
    assert "\r\n    async def connect(self):\r\n        await self.accept()\r\n" in text
    assert "\n" not in text.replace("\r\n", "")
