"""A browser, and live test cases of the site that it visits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ..channeltest.live.helpers import (
    IN_MEMORY,
    ModernProcesses,
    ModernThreads,
    OldProcesses,
    OldThreads,
    case,
    on_redis,
)
from . import site
from .chromium import browser as browser
from .chromium import chromium as chromium

SHAPES = {
    "old-process": OldProcesses,
    "old-thread": OldThreads,
    "modern-process": ModernProcesses,
    "modern-thread": ModernThreads,
}


@pytest.fixture(params=SHAPES)
def live(request: pytest.FixtureRequest, transactional_db: None) -> Callable[..., Any]:
    """A function that makes a test case of its attributes, for each version and kind of server."""
    shape: str = request.param

    def make(**attributes: Any) -> Any:
        layers = IN_MEMORY
        if shape.startswith("old"):
            redis = request.getfixturevalue("redis_server")
            layers = on_redis(redis, ROUTING=site.ROUTING)
        return case(SHAPES[shape], layers, site.SETTINGS, **attributes)

    return make
