"""The package itself: lazy names, and activation as a project's settings ask for it."""

from __future__ import annotations

import pytest

import channeltest

from .helpers import python

SETTINGS = """
import django
from django.conf import settings
settings.configure(
    INSTALLED_APPS={apps!r},
    DATABASES={{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    CHANNEL_LAYERS={{
        "default": {{"BACKEND": "asgiref.inmemory.ChannelLayer", "ROUTING": "{routing}"}},
    }},
)
"""

EVERYTHING = """
from channels import Channel, Group, channel_layers, include, route, route_class
from channels.test import ChannelTestCase, WSClient
from channels.tests.http import HttpClient
from channels.generic.websockets import JsonWebsocketConsumer
from asgiref.inmemory import ChannelLayer
assert type(channel_layers["default"].channel_layer) is ChannelLayer
import django.test
"""


def project(body, apps, routing="tests.layers.routing"):
    return python(SETTINGS.format(apps=apps, routing=routing) + body)


@pytest.mark.parametrize("name", channeltest.__all__)
def test_public_names(name):
    assert getattr(channeltest, name) is not None
    assert name in channeltest.__all__


def test_one_class_under_both_names():
    assert channeltest.HttpClient is channeltest.WSClient


def test_a_name_that_does_not_exist():
    with pytest.raises(AttributeError, match="module 'channeltest' has no attribute 'nothing'"):
        channeltest.nothing  # noqa: B018
    with pytest.raises(ImportError):
        from channeltest import nothing  # noqa: F401


@pytest.mark.parametrize(
    "name", ["ApplicationCommunicator", "HttpCommunicator", "WebsocketCommunicator"]
)
def test_names_of_channels_testing_bring_what_it_imports(name):
    """``import channels.testing`` leaves ``channels.routing`` imported, and suites rely on it."""
    python(
        f"""
        import channels
        import channeltest
        channeltest.{name}
        channels.routing.URLRouter
        """
    )


def test_importing_the_package_imports_neither_channels_nor_django():
    python(
        """
        import sys
        import channeltest
        assert channeltest.__version__
        assert not {"channels", "django", "asgiref"} & set(sys.modules)
        """
    )


@pytest.mark.parametrize(
    "apps",
    [
        ["channeltest", "channels"],
        ["channeltest"],
        ["channels", "channeltest"],
        [
            "channeltest",
            "django.contrib.contenttypes",
            "channels",
            "channels.delay",
            "tests.values",
        ],
        ["channels", "tests.values", "django.contrib.contenttypes", "channeltest"],
        ["channeltest.apps.ChanneltestConfig", "channels"],
    ],
)
def test_by_installed_apps(apps):
    project("django.setup()" + EVERYTHING, apps)


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
    said = python("import channeltest; channeltest.install(); from channels import Gruop", status=1)
    assert said.startswith("ImportError: channels has no name 'Gruop'")
    assert "did you mean Group" in said


def test_without_activation_the_modern_packages_own_error():
    said = python("import channeltest; from channels import Group", status=1)
    assert said.startswith("ImportError: cannot import name 'Group' from 'channels'")
