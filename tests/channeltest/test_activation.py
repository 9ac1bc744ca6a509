"""Activation by a call of `channeltest.install`."""

from __future__ import annotations

import pytest

from .helpers import EVERYTHING, project, python


@pytest.mark.parametrize("when", ["before", "after", "twice"])
def test_by_a_call(when):
    calls = {
        "before": "channeltest.install(); django.setup()",
        "after": "django.setup(); channeltest.install()",
        "twice": "channeltest.install(); django.setup(); channeltest.install()",
    }
    project(f"import channeltest\n{calls[when]}\n{EVERYTHING}", ["channels"])


def test_a_call_before_there_are_settings():
    python(
        """
        import channeltest
        channeltest.install()
        from channels.routing import route
        from channels import route as same
        assert route is same
        """
    )


def test_a_name_that_does_not_exist_after_activation():
    text = python("import channeltest, channels; channeltest.install(); channels.Gruop", status=1)
    assert text.startswith("AttributeError: channels has no name 'Gruop'")
    assert "did you mean Group" in text


@pytest.mark.parametrize(
    "line",
    [
        "from channels import Group",
        "from channels.routing import route",
        "from channels.sessions import channel_session",
        "import channels.test",
        "from channels.tests.base import ChannelTestCase",
        "import channels.asgi",
        "import asgi_redis",
        "import asgiref.inmemory",
    ],
)
def test_advice(line):
    assert "call channeltest.install() before this import" in python(ADVICE.format(line))


@pytest.mark.parametrize(
    "line",
    [
        "import no_such_module",
        "from channels import Nothing",
        "from channels.routing import Nothing",
        "from json import Group",
        "1 / 0",
        "raise ImportError",
    ],
)
def test_no_advice(line):
    assert python(ADVICE.format(line)) == "''"


ADVICE = """
from channeltest.activation import advice
try:
    {}
except Exception as error:
    print(repr(advice(error)))
"""


@pytest.mark.parametrize("name", ["WebsocketCommunicator", "ChannelsLiveServerTestCase"])
def test_what_stands_in_for_channels_testing_imports_the_routing(name):
    """As that did: tests go on to write ``channels.routing.URLRouter``."""
    python(
        f"""
        import channels
        from django.conf import settings
        settings.configure(INSTALLED_APPS=["channels"])
        from channeltest import {name}
        assert channels.routing.URLRouter
        """
    )
