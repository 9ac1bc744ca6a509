"""The settings of the class, while a test overrides some."""

from __future__ import annotations

from django.conf import settings
from django.test import override_settings

from channeltest.live.settings_transfer import SettingsInForce


def test_overrides_that_came_later_do_not_hold():
    with override_settings(LIVE_NAME="class"):
        in_force = SettingsInForce()
        with override_settings(LIVE_NAME="test"):
            with in_force.restored():
                assert settings.LIVE_NAME == "class"
            assert settings.LIVE_NAME == "test"
        with in_force.restored():
            assert settings.LIVE_NAME == "class"
    assert not hasattr(settings, "LIVE_NAME")
