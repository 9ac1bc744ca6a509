"""The fixture ``channel_live_server``."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import override_settings

from .live import site
from .live.helpers import IN_MEMORY, ask, get, unreachable


@pytest.fixture(params=[unreachable(), IN_MEMORY], ids=["old", "modern"])
def project(request):
    with override_settings(CHANNEL_LAYERS=request.param, **site.SETTINGS):
        yield


def test_it_serves_the_project(project, channel_live_server, settings):
    User.objects.create(username="theirs")
    settings.LIVE_NAME = "anna"
    assert get(channel_live_server.url).text == "hello anna"
    assert ask(channel_live_server.ws_url, "users") == "theirs"
    assert str(channel_live_server) == channel_live_server.url


def test_the_next_test_has_a_database_of_its_own(project, channel_live_server):
    assert ask(channel_live_server.ws_url, "users") == "nobody"
