"""The system checks: the position in ``INSTALLED_APPS``, versions, ``ROUTING``."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import pytest
from django.core.checks import registry, run_checks
from django.test import modify_settings, override_settings

from channeltest.checks import SUPPORTED, check_position, check_routing, check_versions

from .helpers import python

late = override_settings(
    INSTALLED_APPS=["django.contrib.contenttypes", "tests.values", "channeltest"]
)


def test_listed_first():
    assert check_position() == []


@modify_settings(INSTALLED_APPS={"prepend": ["django.contrib.messages"]})
def test_behind_djangos_own_apps():
    assert check_position() == []


@override_settings(INSTALLED_APPS=["channels", "django.contrib.contenttypes", "channeltest"])
def test_behind_apps_that_need_no_names():
    assert check_position() == []


@late
def test_behind_an_app_of_the_projects():
    [warning] = check_position()
    assert warning.id == "channeltest.W001"
    assert "'tests.values' in INSTALLED_APPS" in warning.msg
    assert warning.hint == 'List "channeltest" first in INSTALLED_APPS.'


@late
def test_it_is_registered_once():
    assert len([check for check in registry.registry.get_checks() if check is check_position]) == 1
    assert [message.id for message in run_checks(tags=["compatibility"])].count(
        "channeltest.W001"
    ) == 1


@pytest.mark.parametrize("position", ["first", "last"])
def test_what_a_command_says(position):
    apps = ["django.contrib.contenttypes", "tests.values"]
    apps.insert(0 if position == "first" else len(apps), "channeltest")
    said = python(
        f"""
        import sys
        import django
        from django.conf import settings
        settings.configure(INSTALLED_APPS={apps!r}, DEFAULT_AUTO_FIELD="django.db.models.AutoField")
        django.setup()
        from django.core.management import call_command
        call_command("check", stderr=sys.stdout, stdout=sys.stdout)
        """
    )
    assert ("channeltest.W001" in said) == (position == "last")
    assert ("no issues" in said) == (position == "first")


def test_versions_are_those_of_the_metadata():
    text = (Path(__file__).parents[2] / "setup.cfg").read_text()
    for name, (_, lowest, end) in SUPPORTED.items():
        assert f"\n    {name.lower()}>={lowest},<{end}\n" in text


def test_versions_that_are_installed():
    assert check_versions() == []


@pytest.mark.parametrize(
    ("version", "fits"),
    [("4.1.13", False), ("4.2", True), ("5.2rc1", True), ("6.1.9", True), ("6.2a1", False)],
)
def test_versions(version, fits):
    with mock.patch.dict(SUPPORTED, {"Django": (version, "4.2", "6.2")}):
        found = check_versions()
    assert [warning.id for warning in found] == ([] if fits else ["channeltest.W002"])
    assert all(f"Django {version} is installed" in warning.msg for warning in found)


def test_layers_of_both_versions_on_one_redis():
    layers = {
        "old": {"BACKEND": "asgi_redis.RedisChannelLayer", "ROUTING": []},
        "new": {"BACKEND": "channels_redis.core.RedisChannelLayer"},
    }
    with override_settings(CHANNEL_LAYERS=layers):
        found = [message.id for message in run_checks(tags=["compatibility"])]
    assert found.count("channeltest.W003") == 1


def layer(routing):
    return {"BACKEND": "asgiref.inmemory.ChannelLayer", "ROUTING": routing}


@pytest.mark.parametrize(
    ("routing", "text"),
    [
        ("no.such.module", "No module named 'no'"),
        ("tests.layers.missing", "no attribute 'missing'"),
        (5, "must be a list of routes"),
        ([5], "has no match()"),
        ([["no.such.module"]], "No module named 'no'"),
        (["undotted"], "Write 'undotted' as 'package.module.variable'"),
    ],
)
def test_routing_that_cannot_be_used(routing, text):
    with override_settings(CHANNEL_LAYERS={"default": layer([]), "second": layer(routing)}):
        [error] = check_routing()
    assert (error.id, text in error.msg) == ("channeltest.E001", True)
    assert "CHANNEL_LAYERS['second']" in error.msg


def test_routing_that_can():
    layers = {"default": layer("tests.layers.routing"), "new": {"BACKEND": "some.Layer"}}
    with override_settings(CHANNEL_LAYERS=layers):
        assert check_routing() == []
