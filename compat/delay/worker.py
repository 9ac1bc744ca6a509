"""The worker that stores delayed messages and sends those that are due."""

from __future__ import annotations

import json
import logging
import sys
import time
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

from ..layers.outage import Outage, unreachable
from ..termination import TerminatesOnSignal
from .models import DelayedMessage

if TYPE_CHECKING:
    from ..base_layer import BaseChannelLayer

logger = logging.getLogger("django.channels")

_REQUIRED_KEYS = {"channel", "content", "delay"}


class Worker(TerminatesOnSignal):
    """Takes messages off ``asgi.delay``, stores them and sends them when they are due.

    Args:
        channel_layer: The layer to listen on and to send over.
        signal_handlers: Whether `run` handles SIGTERM and SIGINT.
        database_sleep_duration: Seconds between two looks for due messages.

    Source: Channels 1.1.8.
    """

    def __init__(
        self,
        channel_layer: BaseChannelLayer,
        signal_handlers: bool = True,
        database_sleep_duration: float = 1,
    ) -> None:
        self.channel_layer, self.signal_handlers = channel_layer, signal_handlers
        self.database_sleep_duration = database_sleep_duration
        self._last_look = 0.0

    def terminate_idle(self) -> None:
        """Exit: the worker only sleeps."""
        sys.exit(0)

    def run(self) -> None:
        """Handle messages until `termed`, or until one is not valid."""
        self.handle_signals()
        logger.info("Listening on asgi.delay")
        outage = Outage(self.channel_layer, "The worker")
        goes_on = True
        while goes_on and not self.termed:
            # Also while it receives: a message taken off the layer is nowhere else.
            self.in_job = True
            try:
                goes_on = self._take_turn(outage)
            except unreachable(self.channel_layer) as error:
                # What is due stays in the database until it was sent.
                self.in_job = False
                outage.failed(error)

    def _take_turn(self, outage: Outage) -> bool:
        """Store the next message and send what is due; returns whether to go on."""
        _, content = self.channel_layer.receive(["asgi.delay"], block=False)
        if content is not None and not self._store(content):
            return False
        if time.time() - self._last_look > self.database_sleep_duration:
            self._send_due()
            self._last_look = time.time()
        outage.over()
        if content is None:
            self.in_job = False
            time.sleep(0.1)
        return True

    def _store(self, content: dict[str, Any]) -> bool:
        """Save a message for later; returns whether it was valid."""
        logger.debug("Got message on asgi.delay")
        if not content.keys() >= _REQUIRED_KEYS:
            logger.error(
                "Invalid message received, it must contain keys 'channel', 'content', and 'delay'."
            )
            return False
        body = json.dumps(content["content"])
        delayed = DelayedMessage(channel_name=content["channel"], content=body)
        delayed.delay = content["delay"]
        try:
            delayed.full_clean()
        except ValidationError as error:
            keys = error.error_dict.keys()
            logger.error("Invalid message received: %s:%s", keys, error.messages)
            return False
        delayed.save()
        return True

    def _send_due(self) -> None:
        due = list(DelayedMessage.objects.is_due())
        if not due:
            logger.debug("No delayed messages waiting.")
        for delayed in due:
            logger.info("Sending delayed message to channel %s", delayed.channel_name)
            delayed.send(self.channel_layer)
