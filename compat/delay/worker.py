"""The worker that stores delayed messages and sends those that are due."""

from __future__ import annotations

import json
import logging
import signal
import sys
import time
from types import FrameType
from typing import Any

from django.core.exceptions import ValidationError

from ..outage import Outage, unreachable
from .models import DelayedMessage

logger = logging.getLogger("django.channels")

_REQUIRED_KEYS = ("channel", "content", "delay")


class Worker:
    """Takes messages off ``asgi.delay``, stores them and sends them when they are due.

    Args:
        channel_layer: The layer to listen on and to send over.
        signal_handlers: Whether `run` handles SIGTERM and SIGINT.
        database_sleep_duration: Seconds between two looks for due messages.

    Attributes:
        termed: Set it to make `run` return.
        in_job: Whether a message is being handled.

    Source: Channels 1.1.8.
    """

    def __init__(
        self,
        channel_layer: Any,
        signal_handlers: bool = True,
        database_sleep_duration: float = 1,
    ) -> None:
        self.channel_layer = channel_layer
        self.signal_handlers = signal_handlers
        self.termed = False
        self.in_job = False
        self.database_sleep_duration = database_sleep_duration

    def install_signal_handler(self) -> None:
        """Handle SIGTERM and SIGINT with `sigterm_handler`; in the main thread only."""
        for signo in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signo, self.sigterm_handler)

    def sigterm_handler(self, signo: int, stack_frame: FrameType | None) -> None:
        """Stop after the message being handled, or exit at once when there is none."""
        self.termed = True
        if self.in_job:
            logger.info("Shutdown signal received while busy, waiting for loop termination")
            return
        logger.info("Shutdown signal received while idle, terminating immediately")
        # It only sleeps: nothing is in hand.
        sys.exit(0)

    def run(self) -> None:
        """Handle messages until `termed`, or until one is not valid."""
        if self.signal_handlers:
            self.install_signal_handler()
        logger.info("Listening on asgi.delay")
        last_delay_check = 0.0
        lost, outage = unreachable(self.channel_layer), Outage(self.channel_layer, "The worker")
        while not self.termed:
            # Also while it receives: a message taken off the layer is nowhere else.
            self.in_job = True
            try:
                channel, content = self.channel_layer.receive(["asgi.delay"], block=False)
                if channel is not None and not self._store(content):
                    break
                if time.time() - last_delay_check > self.database_sleep_duration:
                    self._send_due()
                    last_delay_check = time.time()
            except lost as error:
                # What is due stays in the database until it was sent.
                self.in_job = False
                outage.failed(error)
                continue
            outage.over()
            if channel is None:
                self.in_job = False
                time.sleep(0.1)

    def _store(self, content: dict[str, Any]) -> bool:
        """Save a message for later; returns whether it was valid."""
        logger.debug("Got message on asgi.delay")
        if not all(key in content for key in _REQUIRED_KEYS):
            logger.error(
                "Invalid message received, it must contain keys 'channel', 'content', and 'delay'."
            )
            return False
        message = DelayedMessage(
            content=json.dumps(content["content"]),
            channel_name=content["channel"],
        )
        message.delay = content["delay"]
        try:
            message.full_clean()
        except ValidationError as error:
            logger.error("Invalid message received: %s:%s", error.error_dict.keys(), error.messages)
            return False
        message.save()
        return True

    def _send_due(self) -> None:
        due = list(DelayedMessage.objects.is_due())
        for message in due:
            logger.info("Sending delayed message to channel %s", message.channel_name)
            message.send(channel_layer=self.channel_layer)
        if not due:
            logger.debug("No delayed messages waiting.")
