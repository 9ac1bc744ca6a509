"""How much a captive layer holds, and how long, where a project has no consumers of Channels 1."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping
from typing import Any

# Channels 4's own, where the settings have none.
DEFAULT_CAPACITY = 100

_NUMBERS = ("expiry", "group_expiry", "capacity", "channel_capacity")


class Limits:
    """How many messages each channel holds, as in Channels 4's layers.

    Args:
        capacity: Messages that a channel holds.
        channel_capacity: Other numbers for some: a pattern, as a shell's or compiled, to a number.
            The first that fits counts.
    """

    def __init__(
        self, capacity: int = DEFAULT_CAPACITY, channel_capacity: Mapping[Any, int] | None = None
    ) -> None:
        self._capacity = capacity
        self._patterns = [
            (key if isinstance(key, re.Pattern) else re.compile(fnmatch.translate(key)), limit)
            for key, limit in (channel_capacity or {}).items()
        ]

    def __call__(self, channel: str) -> int:
        """Return how many messages ``channel`` holds before it is full."""
        fitting = (limit for pattern, limit in self._patterns if pattern.match(channel))
        return next(fitting, self._capacity)


def options_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a captive layer takes from the ``CONFIG`` of the layer that it stands for.

    Args:
        config: The setting; what concerns servers and keys is left out.

    Returns:
        Options for `channeltest.CaptiveLayer`.
    """
    numbers = {name: config[name] for name in _NUMBERS if name in config}
    numbers.setdefault("capacity", DEFAULT_CAPACITY)
    limits = Limits(numbers["capacity"], numbers.get("channel_capacity"))
    return {**numbers, "limits": limits}
