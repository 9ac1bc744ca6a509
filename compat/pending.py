"""The store of messages that wait for the running consumer to finish."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .base_layer import BaseChannelLayer, has_other_readers
from .layers.outage import until_reached
from .signals import consumer_finished, consumer_started

if TYPE_CHECKING:
    from .channel import Channel, Group


class PendingMessageStore:
    """What the running consumer has sent, until it finishes; one list for each thread.

    On a full channel the store tries again every `retry_interval` seconds for `retry_time`
    seconds. Where nobody else reads the layer (`base_layer.has_other_readers`) the first refusal
    is final.

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

    def has_rivals(self, layer: BaseChannelLayer) -> bool:
        """Whether other workers may act on what is stored before what is held back is sent.

        Args:
            layer: The layer that the messages go to.
        """
        held_back = bool(getattr(self.threadlocal, "messages", ()))
        return held_back and has_other_readers(layer)

    def flush(self) -> None:
        """Send what the running consumer has sent until now, and go on holding back.

        Raises:
            RuntimeError: As `send_and_flush`.
        """
        pending, self.threadlocal.messages = self.threadlocal.messages, []
        self.send_all(pending)

    def send_and_flush(self, **kwargs: Any) -> None:
        """Send what was held back, in order (receiver of ``consumer_finished``).

        Every message is tried, so that one full channel loses no other channel's messages.

        Raises:
            RuntimeError: A channel stayed full; the first such channel is named.
        """
        self.send_all(self.threadlocal.__dict__.pop("messages", ()))

    def discard(self) -> None:
        """Forget what this thread holds back, and that a consumer is running in it."""
        self.threadlocal.__dict__.pop("messages", None)

    def take_for(
        self, layer: BaseChannelLayer, kind: type[Channel]
    ) -> list[tuple[Channel, dict[str, Any]]]:
        """Take what the running consumer has sent, for the caller to send.

        Args:
            layer: The layer that the caller sends on.
            kind: `Channel`. What its subclasses send is theirs to send.

        Returns:
            Channels, each with a message; none when one of the messages is for a group, for
            another layer, or sent by a subclass of `Channel`.
        """
        pending = getattr(self.threadlocal, "messages", [])
        taken = [
            (sender, message)
            for sender, message in pending
            if type(sender) is kind and sender.channel_layer is layer
        ]
        if not taken or len(taken) < len(pending):
            return []
        self.threadlocal.messages = []
        return taken

    def send_all(self, pending: Iterable[tuple[Channel | Group, dict[str, Any]]]) -> None:
        """Send messages in order, each as often as there is time for.

        Raises:
            RuntimeError: As `send_and_flush`.
        """
        failures: list[Exception] = []
        for sender, message in pending:
            try:
                self._send(sender, message)
            except Exception as error:
                failures.append(error)
        if failures:
            raise failures[0]

    def _send(self, sender: Channel | Group, message: dict[str, Any]) -> None:
        """Send one message; on a full channel, as often as there is time for.

        While the layer cannot be reached, wait for it.
        """
        layer = sender.channel_layer
        refusal = until_reached(layer, lambda: _refusal(sender, message))
        if refusal is None:
            return
        last_try = time.time() + self.retry_time - self.retry_interval
        while has_other_readers(layer) and time.time() <= last_try:
            time.sleep(self.retry_interval)
            refusal = until_reached(layer, lambda: _refusal(sender, message))
            if refusal is None:
                return
        raise RuntimeError(
            f"Failed to send queued message to {sender} after retrying for "
            f"{self.retry_time:.2f}s.\n"
            "You need to increase the consumption rate on this channel, its capacity,\n"
            "or handle the ChannelFull exception yourself after adding\n"
            "immediately=True to send()."
        ) from refusal


def _refusal(sender: Channel | Group, message: dict[str, Any]) -> Exception | None:
    """Send a message; returns the layer's exception if the channel is full."""
    try:
        sender.send(message, immediately=True)
    except sender.channel_layer.ChannelFull as full:
        error: Exception = full
        return error
    return None


pending_message_store = PendingMessageStore()
consumer_started.connect_first(pending_message_store.prepare)
consumer_finished.connect_first(pending_message_store.send_and_flush)
