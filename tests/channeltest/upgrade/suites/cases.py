"""Test classes in the dialect of Channels 1, in memory, and what the fixer makes of them."""

from __future__ import annotations

from textwrap import dedent, indent

from channeltest.upgrade.suites.clients import Clients
from channeltest.upgrade.suites.family import families
from channeltest.upgrade.suites.values import Values
from tests.channeltest.upgrade.projects import fix, project

FIXER = "communicators"
IMPORTS = """\
import json
from unittest import mock

from channels import Channel, Group
from channels.test import ChannelTestCase, WSClient
from django.contrib.auth.models import User

PATH = "/a/"
"""
SETTINGS = 'ASGI_APPLICATION = "app.asgi.application"\n'
CONSUMERS = """\
from channels.consumer import SyncConsumer
from channels.generic.websocket import WebsocketConsumer


class Chat(WebsocketConsumer):
    groups = ["room"]

    def group_message(self, event):
        self.send(text_data=event["text"])


class Work(SyncConsumer):
    def app_work(self, event):
        pass
"""
CASE = "\n\nclass Tests(ChannelTestCase):\n"
# A client that is connected.
CONNECTED = 'client = WSClient()\nclient.send_and_consume("websocket.connect", path="/a/")\n'
OPENED = """\
client = self.create_communicator()
self.assertEqual(await client.connect(ws_path="/a/"), (True, None))
"""


def suite(body, **others):
    """A project with tests, of which this is what follows the imports."""
    texts = {"settings": SETTINGS, "app__consumers": CONSUMERS, **others}
    return project(app__tests=IMPORTS + body, **texts)


def methods(text):
    """A test class with these methods."""
    return CASE + indent(dedent(text).strip("\n"), "    ") + "\n"


def method(body):
    """A test class with one test, of these statements."""
    return methods("def test_it(self):\n" + indent(dedent(body).strip("\n"), "    "))


def converted(before):
    """What follows the imports in the tests, once they are converted; a second run is checked."""
    after, findings = fix(FIXER, before)
    assert {each.kind for each in findings} == {"automatic"}, findings
    again, _ = fix(FIXER, after)
    text = after.modules["app.tests"].text
    assert again.modules["app.tests"].text == text
    return text


def body(statements, **others):
    """The statements that the statements of a test become."""
    text = converted(suite(method(statements), **others))
    return dedent(text.partition("async def test_it(self):\n")[2])


def behind(statements, **others):
    """The same of statements behind those that connect a client."""
    text = body(CONNECTED + dedent(statements), **others)
    assert text.startswith(OPENED)
    return text.removeprefix(OPENED)


def left(text, **others):
    """Why a suite is left alone."""
    before = suite(text, **others)
    after, findings = fix(FIXER, before)
    assert after.modules["app.tests"].text == before.modules["app.tests"].text
    assert [each.kind for each in findings] == ["by hand"]
    return findings[0].text


def left_behind(statements, **others):
    """Why a test with these statements, behind those that connect a client, is left alone."""
    return left(method(CONNECTED + dedent(statements)), **others)


def family(text):
    """The only family of a suite, its clients, and what its names stand for."""
    found = suite(text)
    [only] = families(found)
    return only, Clients(only), Values(found, only)
