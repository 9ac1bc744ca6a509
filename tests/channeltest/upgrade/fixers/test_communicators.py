from __future__ import annotations

from textwrap import dedent

from tests.channeltest.helpers import ROOT
from tests.channeltest.upgrade.projects import check_converted, check_left, fix, project, texts
from tests.channeltest.upgrade.suites.cases import CONNECTED, SETTINGS, method, suite

FIXER = "communicators"
BEFORE = """\
from channels.test import ChannelTestCase, WSClient


class RoomTests(ChannelTestCase):
    def test_echo(self):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/rooms/red/")
        client.send_and_consume("websocket.receive", text={"n": 1}, path="/rooms/red/")
        self.assertEqual(client.receive(), {"n": 1})
        self.assertIsNone(client.receive())
"""
AFTER = """\
from channeltest import WebsocketTestCase


class RoomTests(WebsocketTestCase):
    waits_for_rest = True

    async def test_echo(self):
        client = self.create_communicator()
        self.assertEqual(await client.connect(ws_path="/rooms/red/"), (True, None))
        await client.send_json_to({"n": 1})
        self.assertEqual(await client.receive_json_from(), {"n": 1})
        self.assertTrue(await client.receive_nothing())
"""


def test_a_class():
    check_converted(FIXER, project(app__tests=BEFORE, settings=SETTINGS), app__tests=AFTER)


def test_names_of_channeltest():
    text = BEFORE.replace("channels.test", "channeltest")
    check_converted(FIXER, project(app__tests=text, settings=SETTINGS), app__tests=AFTER)


def test_line_ends_stay():
    text = BEFORE.replace("\n", "\r\n")
    after, _ = fix(FIXER, project(app__tests=text, settings=SETTINGS))
    assert after.modules["app.tests"].text == AFTER.replace("\n", "\r\n")


def test_a_project_without_an_application():
    reason = "the routes are in ROUTING: there is no ASGI_APPLICATION"
    check_left(FIXER, project(app__tests=BEFORE, settings="DEBUG = True\n"), reason)


def test_functions_with_clients():
    text = "from channels.test import WSClient\n\n\ndef test_it():\n    WSClient()\n"
    check_left(FIXER, project(app__test_a=text, settings=SETTINGS), "test_it: no test case has it")


def test_files_without_the_dialect():
    text = "from channeltest import WebsocketTestCase\n\nclass A(WebsocketTestCase):\n    x=1\n"
    before = project(app__tests=text, settings=SETTINGS)
    after, findings = fix(FIXER, before)
    assert (texts(after), findings) == (texts(before), [])


def test_one_class_that_is_chosen():
    text = method(CONNECTED) + method(CONNECTED).replace("Tests", "Others")
    after, findings = fix(FIXER, suite(text).choosing(["app.tests.Others"]))
    assert sorted(each.kind for each in findings) == ["automatic", "by hand"]
    found = after.modules["app.tests"].text
    assert "class Tests(ChannelTestCase)" in found
    assert "class Others(WebsocketTestCase)" in found


def test_the_documentation():
    text = (ROOT / "docs" / "howto" / "upgrade.rst").read_text()
    block = text.partition("_fixer-communicators:")[2].partition("# before\n")[2]
    block = block.partition("\n=====")[0]
    before, after = (dedent(f"   {part.strip()}\n") for part in block.split("# after\n"))
    imports = (
        "from channels.test import ChannelTestCase, WSClient\n"
        "from django.contrib.auth.models import User\n"
        "from app.models import Remark\n\n\n"
    )
    found, _ = fix(FIXER, project(app__tests=imports + before, settings=SETTINGS))
    assert found.modules["app.tests"].text.endswith(after)
