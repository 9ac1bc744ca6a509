"""The signals of Channels 1: sent around every consumer, and by workers that are ready."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import close_old_connections
from django.dispatch import Signal


class ConsumerFinished(Signal):
    """The signal sent when a consumer has returned or raised.

    Channels 1 connected Django's ``close_old_connections`` to it, and its test client took
    that receiver off around each consumer so that no test lost its database connection.
    Here the receiver is kept apart from the others: a client leaves it out of one sending,
    and nothing is disconnected that another thread may need at the same moment.
    """

    def __init__(self) -> None:
        super().__init__()
        self._closes_connections = False

    def connect(
        self,
        receiver: Callable[..., Any],
        sender: object = None,
        weak: bool = True,
        dispatch_uid: Any = None,
    ) -> None:
        """Connect ``receiver``, as `django.dispatch.Signal.connect` does."""
        if receiver is close_old_connections and sender is None and dispatch_uid is None:
            self._closes_connections = True
        else:
            super().connect(receiver, sender=sender, weak=weak, dispatch_uid=dispatch_uid)

    def disconnect(
        self,
        receiver: Callable[..., Any] | None = None,
        sender: object = None,
        dispatch_uid: Any = None,
    ) -> bool:
        """Disconnect ``receiver``; returns whether it was connected."""
        if receiver is close_old_connections and sender is None and dispatch_uid is None:
            was_connected, self._closes_connections = self._closes_connections, False
            return was_connected
        return super().disconnect(receiver, sender=sender, dispatch_uid=dispatch_uid)

    def has_listeners(self, sender: Any = None) -> bool:
        """Whether anything would be called for ``sender``."""
        return self._closes_connections or super().has_listeners(sender)

    def send(self, sender: Any, **named: Any) -> list[tuple[Callable[..., Any], Any]]:
        """Call every receiver; the connections' closer comes first, as in Channels 1.1.8."""
        closed = self._close(sender, named)
        return closed + super().send(sender, **named)

    def send_robust(self, sender: Any, **named: Any) -> list[tuple[Callable[..., Any], Any]]:
        """Call every receiver and return their exceptions instead of raising them."""
        closed = self._close(sender, named)
        return closed + super().send_robust(sender, **named)

    def send_keeping_connections(
        self, sender: Any, **named: Any
    ) -> list[tuple[Callable[..., Any], Any]]:
        """Call every receiver but the connections' closer: what a test client does."""
        return super().send(sender, **named)

    def _close(self, sender: Any, named: dict[str, Any]) -> list[tuple[Callable[..., Any], Any]]:
        if not self._closes_connections:
            return []
        close_old_connections(signal=self, sender=sender, **named)
        return [(close_old_connections, None)]


consumer_started = Signal()
consumer_finished = ConsumerFinished()
worker_ready = Signal()
worker_process_ready = Signal()

consumer_finished.connect(close_old_connections)
