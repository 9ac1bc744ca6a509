"""Projects of a few files in memory, and what fixers make of them."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import dedent

from channeltest.sources.module import Module
from channeltest.sources.project import Project
from channeltest.upgrade.plan import load

IMPORTS = """\
import json

from channels import Channel, Group
from channels.auth import channel_session_user, channel_session_user_from_http
from channels.sessions import channel_session
"""


def module(name, text):
    """A module that is in no file."""
    return Module(Path(f"{name.replace('.', '/')}.py"), name, dedent(text), "utf-8")


def project(**texts):
    """A project; ``chat__consumers="…"`` is the module ``chat.consumers``."""
    return Project(module(name.replace("__", "."), text) for name, text in texts.items())


def fix(fixer, before):
    """Run one fixer; return the project that it leaves, and its findings."""
    outcome = load(fixer).fix(before)
    after = before.changed(outcome.texts, outcome.created)
    for each in after.modules.values():
        ast.parse(each.text)
    return after, outcome.findings


def check_left(fixer, before, reason):
    """Check that a fixer changes nothing, and that one finding says why."""
    after, findings = fix(fixer, before)
    assert texts(after) == texts(before)
    assert [each.kind for each in findings] == ["by hand"]
    assert reason in findings[0].text


def check_converted(fixer, before, **expected):
    """Check what a fixer makes of modules, and that a second run changes nothing."""
    after, findings = fix(fixer, before)
    for name, text in expected.items():
        assert after.modules[name.replace("__", ".")].text == dedent(text)
    assert {each.kind for each in findings} == {"automatic"}
    again, _ = fix(fixer, after)
    assert texts(again) == texts(after)


def texts(found):
    return {name: each.text for name, each in found.modules.items()}
