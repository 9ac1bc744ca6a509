"""Activation by ``INSTALLED_APPS``."""

from __future__ import annotations

import pytest
from django.core.checks import registry

from channeltest.checks import check_position, check_routing, check_versions

from .helpers import EVERYTHING, project


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


def test_the_checks_are_registered():
    assert {check_position, check_routing, check_versions} <= registry.registry.registered_checks
