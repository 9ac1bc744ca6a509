"""``"channeltest.compat"`` in ``INSTALLED_APPS``, an understandable mistake."""

from __future__ import annotations

import pytest
from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured


def test_it_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match=r'List "channeltest" in INSTALLED_APPS, first'):
        AppConfig.create("channeltest.compat")
