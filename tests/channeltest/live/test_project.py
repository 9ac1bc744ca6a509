"""A project that is served for a block."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import override_settings

from channeltest.live.project import served

from . import site
from .helpers import IN_MEMORY, ask, get, unreachable

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("layers", [IN_MEMORY, unreachable()], ids=["modern", "channels 1"])
def test_pages_websockets_and_static_files(layers):
    installed = [*settings.INSTALLED_APPS, "django.contrib.staticfiles"]
    with override_settings(CHANNEL_LAYERS=layers, INSTALLED_APPS=installed, **site.SETTINGS):
        with served() as server:
            assert str(server) == server.url
            assert get(server.url).text == "hello nobody"
            assert get(server.url, "/static/live.js").status_code == 200
            assert ask(server.ws_url, "a") == "A"
