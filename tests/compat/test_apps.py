"""Names that Channels 1's app module had."""

from __future__ import annotations

from channeltest.compat import apps, package_checks
from channeltest.compat.binding import base


def test_they_are_those_of_their_modules():
    assert apps.BindingMetaclass is base.BindingMetaclass
    assert apps.check_all is package_checks.check_all
