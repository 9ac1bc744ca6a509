"""Consumers as an upgrade has just written them, and what ``--async`` makes of them."""

from __future__ import annotations

from textwrap import dedent, indent

from channeltest.sources.project import Project
from tests.channeltest.upgrade.projects import fix, project

FIXER = "async_consumers"
IMPORTS = """\
import json
import logging
import re
import time
from datetime import datetime

import requests
from asgiref.sync import async_to_sync
from channels.consumer import SyncConsumer
from channels.generic.websocket import JsonWebsocketConsumer, WebsocketConsumer
from channels.layers import get_channel_layer
from django.conf import settings

from .models import Room

"""


def written(body, base="WebsocketConsumer", above="", **others):
    """A project with the consumer ``C``, which an upgrade has just written."""
    text = IMPORTS + dedent(above) + f"class C({base}):\n" + indent(dedent(body), "    ")
    now = project(app__consumers=text, **others)
    return Project(now.modules.values(), original=Project([]))


def becomes(body, base="WebsocketConsumer", above="", **others):
    """The body of the async consumer, which must be one."""
    after, findings = fix(FIXER, written(body, base, above, **others))
    assert [each.kind for each in findings] == ["automatic"], findings
    _, _, rest = after.modules["app.consumers"].text.partition(f"class C(Async{base}):\n")
    return dedent(rest).strip("\n")


def above_becomes(above, body, base="WebsocketConsumer", **others):
    """What stands above the async consumer."""
    after, findings = fix(FIXER, written(body, base, above, **others))
    assert [each.kind for each in findings] == ["automatic"], findings
    text = after.modules["app.consumers"].text
    return text.partition("class C(Async")[0].rpartition("import Room\n")[2].strip()


def receive(line, above="", base="WebsocketConsumer", **others):
    """What a line of ``receive`` becomes; the lines below its header."""
    body = "def receive(self, text_data):\n" + indent(dedent(line), "    ")
    _, _, lines = becomes(body, base, above, **others).partition("\n")
    return dedent(lines)


def stays(body, reason, base="WebsocketConsumer", above="", **others):
    """Check that a consumer stays sync, and that the finding says why."""
    before = written(body, base, above, **others)
    after, findings = fix(FIXER, before)
    assert [each.kind for each in findings] == ["stays sync"], findings
    assert reason in findings[0].text
    assert after.modules["app.consumers"].text == before.modules["app.consumers"].text


def receive_stays(line, reason, above="", **others):
    """Check that a consumer with a line in ``receive`` stays sync."""
    body = "def receive(self, text_data):\n" + indent(dedent(line), "    ")
    stays(body, reason, above=above, **others)
