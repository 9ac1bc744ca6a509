"""Calls that a layer in memory makes when something is sent to a channel."""

from __future__ import annotations

from collections.abc import Callable, Iterable

Wake = Callable[[], None]


class WakeUps:
    """Requests to be called at the next send to a channel; the layer holds its lock around them."""

    def __init__(self) -> None:
        self._requests: dict[str, list[Wake]] = {}

    def __bool__(self) -> bool:
        return bool(self._requests)

    def add(self, channel: str, wake: Wake) -> None:
        """Have ``wake`` called at the next send to ``channel``."""
        self._requests.setdefault(channel, []).append(wake)

    def discard(self, channel: str, wake: Wake) -> None:
        """Take a request back; harmless when it was served already."""
        requests = self._requests.get(channel, [])
        if wake in requests:
            requests.remove(wake)
        if not requests:
            self._requests.pop(channel, None)

    def take(self, channels: Iterable[str]) -> list[Wake]:
        """Remove and return the requests for any of ``channels``."""
        return [wake for name in channels for wake in self._requests.pop(name, ())]
