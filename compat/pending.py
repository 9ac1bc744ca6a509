"""The store of messages that wait for the running consumer to finish."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .signals import consumer_finished, consumer_started

if TYPE_CHECKING:
    from .channel import Channel, Group


class PendingMessageStore:
    """What the running consumer has sent, until it finishes; one list for each thread.

    On a full channel the store tries again every `retry_interval` seconds for `retry_time`
    seconds. A layer that says it is ``captive`` has no reader who could make room in the
    meantime, so there the first refusal is final.

    Source: Channels 1.1.8.
    """

    threadlocal = threading.local()

    retry_time: float = 2
    retry_interval: float = 0.2

    def prepare(self, **kwargs: Any) -> None:
        """Begin to hold messages back (receiver of ``consumer_started``)."""
        self.threadlocal.messages = []

    @property
    def active(self) -> bool:
        """Whether a consumer is running in this thread."""
        return hasattr(self.threadlocal, "messages")

    def append(self, sender: Channel | Group, message: dict[str, Any]) -> None:
        """Hold ``message`` back; ``sender`` will send it."""
        self.threadlocal.messages.append((sender, message))

    def has_rivals(self, layer: Any) -> bool:
        """Whether other workers may act on what is stored before what is held back is sent.

        Args:
            layer: The layer; of one that is captive nobody reads in parallel.
        """
        held_back = bool(getattr(self.threadlocal, "messages", ()))
        return held_back and not getattr(layer, "captive", False)

    def flush(self) -> None:
        """Send what the running consumer has sent until now, and go on holding back.

        Raises:
            RuntimeError: As `send_and_flush`.
        """
        pending, self.threadlocal.messages = self.threadlocal.messages, []
        self._deliver_all(pending)

    def send_and_flush(self, **kwargs: Any) -> None:
        """Send what was held back, in order (receiver of ``consumer_finished``).

        Every message is tried, so that one full channel loses no other channel's messages.

        Raises:
            RuntimeError: A channel stayed full; the first such channel is named.
        """
        self._deliver_all(self.threadlocal.__dict__.pop("messages", ()))

    def _deliver_all(self, pending: Iterable[tuple[Channel | Group, dict[str, Any]]]) -> None:
        failure: Exception | None = None
        for sender, message in pending:
            try:
                self._deliver(sender, message)
            except Exception as error:
                failure = failure or error
        if failure is not None:
            raise failure

    def discard(self) -> None:
        """Forget what this thread holds back, and that a consumer is running in it."""
        self.threadlocal.__dict__.pop("messages", None)

    def _deliver(self, sender: Channel | Group, message: dict[str, Any]) -> None:
        layer = sender.channel_layer
        started = time.time()
        while True:
            try:
                return sender.send(message, immediately=True)
            except layer.ChannelFull as full:
                waited = time.time() - started + self.retry_interval
                if getattr(layer, "captive", False) or waited > self.retry_time:
                    raise RuntimeError(
                        f"Failed to send queued message to {sender} after retrying for "
                        f"{self.retry_time:.2f}s.\n"
                        "You need to increase the consumption rate on this channel, its capacity,\n"
                        "or handle the ChannelFull exception yourself after adding\n"
                        "immediately=True to send()."
                    ) from full
                time.sleep(self.retry_interval)


pending_message_store = PendingMessageStore()
consumer_started.connect(pending_message_store.prepare)
consumer_finished.connect(pending_message_store.send_and_flush)
