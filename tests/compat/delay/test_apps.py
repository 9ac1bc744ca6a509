"""The app of delayed messages."""

from __future__ import annotations

from channeltest.compat.delay.apps import DelayConfig
from django.apps import apps


def test_it_is_found_under_its_name_of_channels_1():
    assert apps.get_app_config("channels_delay").name == "channels.delay"
    assert DelayConfig.label.isidentifier()
