"""The check that ``"channeltest"`` is listed first."""

from __future__ import annotations

import pytest
from django.core.checks import registry, run_checks
from django.test import modify_settings, override_settings

from channeltest.checks import check_position

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
