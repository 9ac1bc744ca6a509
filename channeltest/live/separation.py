"""Test layers of runs side by side, kept apart as their test databases are."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from django.test import runner

# The layers that have a prefix, by the packages of their BACKEND, and their default.
_PREFIXES = {"asgi_redis": "asgi:", "channels_redis": "asgi"}


def worker() -> str:
    """Return which of several workers of a test run this is, ``""`` if there is one only.

    Those of pytest-xdist and of Django's parallel runner are known.
    """
    clone: int = getattr(runner, "_worker_id", 0)
    return os.environ.get("PYTEST_XDIST_WORKER", str(clone) if clone else "")


def separated(layers: Mapping[str, Any], worker: str) -> dict[str, Any]:
    """Return ``CHANNEL_LAYERS`` whose test layers no other worker of the run reads.

    Layers on Redis get a prefix of their own in ``TEST_CONFIG``; others are as they were.

    Args:
        layers: The setting.
        worker: What `worker` returns, and not empty.
    """
    return {alias: _separated(config, worker) for alias, config in layers.items()}


def _separated(config: Mapping[str, Any], worker: str) -> Mapping[str, Any]:
    package = str(config.get("BACKEND", "")).partition(".")[0]
    if package not in _PREFIXES or "TEST_CONFIG" not in config:
        return config
    test_config = config["TEST_CONFIG"]
    prefix = test_config.get("prefix", _PREFIXES[package])
    return {**config, "TEST_CONFIG": {**test_config, "prefix": f"{prefix}{worker}:"}}
