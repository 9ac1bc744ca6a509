from __future__ import annotations

import pytest

from channeltest.check.settings import find
from channeltest.check.tokens import Source


def codes(text):
    return [(code, text) for _, code, text in find(Source(text))]


def test_layers():
    layer = "{'BACKEND': 'asgi_redis.RedisChannelLayer', 'ROUTING': 'a.b'}"
    text = f"CHANNEL_LAYERS = {{'default': {layer}}}"
    assert codes(text) == [
        ("CT302", "asgi_redis.RedisChannelLayer"),
        ("CT301", '"ROUTING" in CHANNEL_LAYERS'),
    ]
    assert (
        codes("CHANNEL_LAYERS = {'default': {'BACKEND': 'channels_redis.core.RedisChannelLayer'}}")
        == []
    )


@pytest.mark.parametrize(
    ("apps", "text"),
    [
        ("'channels'", '"channeltest" is not in INSTALLED_APPS'),
        ("'chat', 'channeltest', 'channels'", '"channeltest" stands behind "chat"'),
        ("'django.contrib.auth', 'channeltest', 'channels'", None),
        ("'daphne', 'channeltest', 'channels'", None),
        ("'chat'", None),
    ],
)
@pytest.mark.parametrize("brackets", ["[]", "()"])
def test_the_place_of_channeltest(apps, text, brackets):
    found = codes(f"INSTALLED_APPS = {brackets[0]}{apps}{brackets[1]}\nOTHER = ['x']")
    assert found == ([("CT303", text)] if text else [])
