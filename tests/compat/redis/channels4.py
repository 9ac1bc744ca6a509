"""Channels 4's side of a layer on Redis, for synchronous tests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from ...processes import PATIENCE


def modern(layer: Any, use: Callable[[Any], Awaitable[Any]]) -> Any:
    """Run ``use`` with a channels_redis layer beside ``layer``; returns what it returns."""

    async def main() -> Any:
        beside = layer.modern()
        try:
            return await asyncio.wait_for(use(beside), PATIENCE)
        finally:
            await beside.close_pools()

    return asyncio.run(main())
