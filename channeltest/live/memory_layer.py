"""The channel layer of live servers whose workers are threads."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

from ..compat.inmemory import ChannelLayer
from ..layers.wire import carry


class LiveLayer(ChannelLayer):
    """A channel layer in memory whose readers wait without looking again and again.

    Its messages cross a wire as those of a test's captive layer do; its capacity is that of a
    layer on Redis, since here somebody reads.
    """

    def __init__(self) -> None:
        super().__init__(capacity=100)
        self._readers: set[threading.Event] = set()
        self._is_closed = False

    def carry(self, message: dict[str, Any]) -> dict[str, Any]:
        """Return ``message`` as it comes out of the wire."""
        return carry(message, "lenient")

    def receive(
        self, channels: Iterable[str], block: bool = False
    ) -> tuple[str, dict[str, Any]] | tuple[None, None]:
        """Take the next message off one of ``channels``.

        Args:
            channels: Names; of several with messages a random one is served.
            block: Whether to wait for one, until the layer is closed.

        Returns:
            ``(channel, message)``, or ``(None, None)`` when there is none.

        Raises:
            TypeError: A name is not valid.
        """
        names = list(channels)
        if not block:
            return super().receive(names)
        while True:
            sent = threading.Event()
            self._readers.add(sent)
            # Asked before looking: a message sent in between must not be missed.
            cancels = [self.call_when_sent(name, sent.set) for name in names]
            try:
                found = super().receive(names)
                if found[0] is not None or self._is_closed:
                    return found
                sent.wait()
            finally:
                self._readers.discard(sent)
                for cancel in cancels:
                    cancel()

    def close(self) -> None:
        """Let nobody wait any more."""
        self._is_closed = True
        for sent in list(self._readers):
            sent.set()
