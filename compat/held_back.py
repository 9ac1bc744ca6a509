"""What a consumer has sent, on its way with the worker's call for the next message."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from .channel import Channel
from .pending import pending_message_store
from .signals import consumer_finished

logger = logging.getLogger("django.channels")

Received = tuple[str, dict[str, Any]] | tuple[None, None]


class HeldBack:
    """The messages that a worker's last consumer has sent.

    A layer with ``send_and_receive`` sends them and takes the next message in one round trip. For
    other layers they are sent when the consumer finishes.

    Args:
        layer: The worker's channel layer.
    """

    def __init__(self, layer: Any) -> None:
        self._layer = layer
        self._messages: list[tuple[Channel, dict[str, Any]]] = []
        self._consumer = ""

    def keep(self, consumer: str) -> None:
        """Take what the running consumer has sent from the store of pending messages, if it can.

        Args:
            consumer: The consumer's name, for the log.
        """
        # Another receiver of the signal may look for what was sent, or send something itself.
        if hasattr(self._layer, "send_and_receive") and not consumer_finished.receivers:
            self._consumer = consumer
            self._messages = pending_message_store.take_for(self._layer, Channel)

    def receive(self, channels: Iterable[str]) -> Received:
        """Send the messages, and take the next message off ``channels``; waits for one.

        What could not be sent, as the layer is full or out of reach, is sent later, by itself.

        Raises:
            Exception: What the layer raises.
        """
        received: Received = (None, None)
        if self._messages:
            received = self._exchange(channels)
        if received[0] is None:
            received = self._layer.receive_many(channels, block=True)
        return received

    def _exchange(self, channels: Iterable[str]) -> Received:
        messages, self._messages = self._messages, []
        contents = [(sender.name, message) for sender, message in messages]
        try:
            errors, received = self._layer.send_and_receive(contents, channels)
        except Exception:
            # The store sends each by itself, and waits until the layer can be reached.
            self._send(messages)
            return None, None
        refused = [each for each, error in zip(messages, errors, strict=True) if error]
        self._send(refused)
        found: Received = received
        return found

    def send(self) -> None:
        """Send the messages: no other is taken."""
        messages, self._messages = self._messages, []
        self._send(messages)

    def _send(self, messages: list[tuple[Channel, dict[str, Any]]]) -> None:
        try:
            pending_message_store.send_all(messages)
        except Exception:
            # The message in hand is done; those to come are not to suffer.
            self._log_failure()

    def _log_failure(self) -> None:
        logger.exception("Error sending the messages of consumer %s:", self._consumer)
