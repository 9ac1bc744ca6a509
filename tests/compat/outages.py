"""A layer that is out of reach for a while."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock


@contextmanager
def out_of_reach(layer: Any, method: str, calls: int = 2) -> Iterator[list[float]]:
    """Have the next calls of a method of a layer fail.

    Args:
        layer: The layer, without its wrapper.
        method: The method's name.
        calls: How many of them fail.

    Yields:
        The seconds that were slept in between, without sleeping.
    """
    original: Callable[..., Any] = getattr(layer, method)
    left = [calls]
    slept: list[float] = []

    def call(*args: Any, **kwargs: Any) -> Any:
        if left[0]:
            left[0] -= 1
            raise ConnectionError("down")
        return original(*args, **kwargs)

    with (
        mock.patch.object(layer, "unreachable", (ConnectionError,), create=True),
        mock.patch.object(layer, method, call),
        mock.patch("channeltest.compat.layers.outage.time.sleep", slept.append),
    ):
        yield slept
