"""Test layers of parallel workers."""

from __future__ import annotations

import pytest
from django.test import runner

from channeltest.live.layers import separated, worker


@pytest.mark.parametrize(
    ("xdist", "clone", "expected"), [(None, 0, ""), ("gw1", 0, "gw1"), (None, 2, "2")]
)
def test_which_worker(monkeypatch, xdist, clone, expected):
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    if xdist is not None:
        monkeypatch.setenv("PYTEST_XDIST_WORKER", xdist)
    monkeypatch.setattr(runner, "_worker_id", clone, raising=False)
    assert worker() == expected


@pytest.mark.parametrize(
    ("backend", "config", "expected"),
    [
        ("asgi_redis.RedisChannelLayer", {}, {"prefix": "asgi:gw1:"}),
        ("asgi_redis.RedisLocalChannelLayer", {"prefix": "p:"}, {"prefix": "p:gw1:"}),
        (
            "channels_redis.core.RedisChannelLayer",
            {"expiry": 1},
            {"expiry": 1, "prefix": "asgigw1:"},
        ),
        ("theirs.Layer", {"a": 1}, {"a": 1}),
    ],
)
def test_prefixes(backend, config, expected):
    layers = {"default": {"BACKEND": backend, "CONFIG": {}, "TEST_CONFIG": config}}
    made = separated(layers, "gw1")
    assert made == {"default": {"BACKEND": backend, "CONFIG": {}, "TEST_CONFIG": expected}}
    assert layers["default"]["TEST_CONFIG"] is config


def test_a_layer_without_test_config():
    layers = {"default": {"BACKEND": "asgi_redis.RedisChannelLayer"}}
    assert separated(layers, "gw1") == layers
