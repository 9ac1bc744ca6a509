"""Calls that a layer in memory makes when something is sent to a channel."""

from __future__ import annotations

from collections.abc import Callable, Iterable

Wake = Callable[[], None]


class WakeUps(dict[str, list[Wake]]):
    """Requests to be called at the next send to a channel; the layer holds its lock around them."""

    def add(self, channel: str, wake: Wake) -> None:
        """Have ``wake`` called at the next send to ``channel``."""
        self.setdefault(channel, []).append(wake)

    def discard(self, channel: str, wake: Wake) -> None:
        """Take a request back; harmless when it was served already."""
        requests = self.get(channel, [])
        if wake in requests:
            requests.remove(wake)
        if not requests:
            self.pop(channel, None)

    def take(self, channels: Iterable[str]) -> list[Wake]:
        """Remove and return the requests for any of ``channels``."""
        return [wake for name in channels for wake in self.pop(name, ())]
