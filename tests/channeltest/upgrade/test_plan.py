from __future__ import annotations

from channeltest.upgrade.plan import FIXERS, TESTS, load, plan
from tests.channeltest.upgrade.projects import project

TEXTS = {
    "app__consumers": 'def f(message):\n    message.reply_channel.send({"accept": True})\n',
    "app__routing": (
        'from channels import route\nr = [route("websocket.connect", "app.consumers.f")]\n'
    ),
    "app__views": "import json\n",
}


def test_every_fixer_says_what_it_does():
    codes = [load(name).CODE for name in (*FIXERS, *TESTS)]
    assert len({*codes}) == len(codes)
    assert all((load(name).__doc__ or "").strip() for name in (*FIXERS, *TESTS))


def test_what_changes():
    found = plan(project(**TEXTS))
    assert found.changed == ["app.consumers", "app.routing"]
    assert found.before.modules["app.views"] is found.after.modules["app.views"]
    assert plan(found.after).changed == []


def test_no_fixer():
    assert plan(project(**TEXTS), []).changed == []


def test_the_fixers_of_tests_run_where_they_are_named():
    text = "from channels.test import ChannelTestCase\n\n\nclass T(ChannelTestCase):\n    x = 1\n"
    before = project(app__tests=text, settings="ASGI_APPLICATION = 'app'\n")
    assert plan(before).changed == []
    assert plan(before, [*FIXERS, *TESTS]).changed == ["app.tests"]
