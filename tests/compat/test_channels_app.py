"""Names that Channels 1's app module had."""

from __future__ import annotations

from channeltest.compat import channels_app, package_checks
from channeltest.compat.binding import base


def test_they_are_those_of_their_modules():
    assert channels_app.BindingMetaclass is base.BindingMetaclass
    assert channels_app.check_all is package_checks.check_all
