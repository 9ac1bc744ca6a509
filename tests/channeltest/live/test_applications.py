"""What live servers serve."""

from __future__ import annotations

import asyncio

import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.test import override_settings

from channeltest.live.applications import (
    default_application,
    has_routing,
    interface_application,
    with_fresh_caches,
)

from . import site
from .helpers import IN_MEMORY, unreachable

WITH_STATIC = override_settings(INSTALLED_APPS=["channels", "django.contrib.staticfiles"])


@pytest.mark.parametrize(("layers", "expected"), [(IN_MEMORY, False), (unreachable(), True)])
def test_whose_project_it_is(layers, expected):
    with override_settings(CHANNEL_LAYERS=layers):
        assert has_routing() is expected


def test_static_files_of_a_modern_application():
    with override_settings(ASGI_APPLICATION=site.SETTINGS["ASGI_APPLICATION"]):
        assert isinstance(default_application(), ASGIStaticFilesHandler)
        assert default_application(None) is site.application


@pytest.mark.parametrize("serve_static", [True, False])
def test_static_files_of_a_project_of_channels_1(serve_static):
    with WITH_STATIC:
        served = isinstance(interface_application(serve_static), ASGIStaticFilesHandler)
    assert served is serve_static


@pytest.mark.django_db
def test_caches_of_the_database_are_fresh():
    kept = ContentType.objects.get_for_id(ContentType.objects.first().pk)
    seen = []

    async def application(scope, receive, send):
        seen.append(scope)

    asyncio.run(with_fresh_caches(application)("scope", None, None))
    assert seen == ["scope"]
    assert ContentType.objects.get_for_id(kept.pk) is not kept
