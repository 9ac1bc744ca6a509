"""The names of ``asgi_redis``."""

from __future__ import annotations

import pytest
from channeltest.compat.base_layer import BaseChannelLayer
from channeltest.compat.redis import asgi_redis


@pytest.mark.parametrize("name", [name for name in asgi_redis.__all__ if name.endswith("Layer")])
def test_each_is_a_layer(name):
    assert issubclass(getattr(asgi_redis, name), BaseChannelLayer)
