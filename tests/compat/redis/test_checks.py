from __future__ import annotations

from typing import Any

import pytest
from channeltest.compat.redis.checks import check_prefixes
from django.test import override_settings


def layers(old: dict[str, Any], modern: dict[str, Any]) -> dict[str, Any]:
    return {
        "old": {"BACKEND": "asgi_redis.RedisChannelLayer", "CONFIG": old, "ROUTING": []},
        "new": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": modern},
    }


@pytest.mark.parametrize(
    ("old", "modern"),
    [
        ({}, {}),
        ({"hosts": [("a", 1)]}, {"hosts": [("a", 1)]}),
        ({"hosts": ["redis://a:1/0"]}, {"hosts": [("a", 1)]}),
        ({"hosts": ["redis://a:1"]}, {"hosts": [{"address": "redis://a:1/0"}]}),
        ({"hosts": ["redis://a"]}, {"hosts": [("a", 6379)]}),
        ({"hosts": ["redis://:secret@a:1/2"]}, {"hosts": ["rediss://a:1?db=2&ssl_cert_reqs=none"]}),
        ({"hosts": ["unix:///run/redis"]}, {"hosts": [{"address": "unix:///run/redis?db=0"}]}),
    ],
)
def test_default_prefixes_on_one_redis(old: dict[str, Any], modern: dict[str, Any]) -> None:
    with override_settings(CHANNEL_LAYERS=layers(old, modern)):
        [warning] = check_prefixes()
    assert warning.id == "channeltest.W003"
    assert "'old' and 'new' are on the same Redis, but never meet" in warning.msg


@pytest.mark.parametrize(
    ("old", "modern"),
    [
        ({}, {"prefix": "asgi:"}),
        ({"prefix": "mine"}, {}),
        ({"hosts": ["redis://a:1/0"]}, {"hosts": ["redis://a:1/1"]}),
        ({"hosts": "redis://a"}, {"hosts": "redis://a"}),
        ({"hosts": ["redis://a:1"]}, {"hosts": ["redis://a:2"]}),
        ({"hosts": ["unix:///run/redis"]}, {"hosts": ["unix:///run/redis?db=1"]}),
    ],
)
def test_other_layers(old: dict[str, Any], modern: dict[str, Any]) -> None:
    with override_settings(CHANNEL_LAYERS=layers(old, modern)):
        assert check_prefixes() == []
