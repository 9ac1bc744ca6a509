"""The signals of Channels 1: sent around every consumer, and by workers that are ready."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import close_old_connections
from django.dispatch import Signal

Responses = list[tuple[Callable[..., Any], Any]]


class DocumentedSignal(Signal):
    """A signal with a docstring of its own.

    Args:
        doc: The docstring: when the signal is sent, and with what.
    """

    def __init__(self, doc: str) -> None:
        super().__init__()
        self.__doc__ = doc


class ConsumerSignal(DocumentedSignal):
    """A signal that is sent around every consumer.

    What every consumer needs is called first, and directly: to find the receivers for a sender
    takes Django longer than what they do.
    """

    def __init__(self, doc: str) -> None:
        super().__init__(doc)
        self._first: list[Callable[..., Any]] = []

    def connect_first(self, receiver: Callable[..., Any]) -> None:
        """Connect ``receiver`` for all senders, before the receivers of `connect`.

        Args:
            receiver: As for `connect`. It is not held weakly.
        """
        self._first.append(receiver)

    def disconnect(
        self,
        receiver: Callable[..., Any] | None = None,
        sender: object = None,
        dispatch_uid: Any = None,
    ) -> bool:
        """Disconnect ``receiver``; returns whether it was connected."""
        if receiver in self._first and sender is None and dispatch_uid is None:
            self._first.remove(receiver)
            return True
        return super().disconnect(receiver, sender=sender, dispatch_uid=dispatch_uid)

    def has_listeners(self, sender: Any = None) -> bool:
        """Whether anything would be called for ``sender``."""
        return bool(self._first) or super().has_listeners(sender)

    def send(self, sender: Any, **named: Any) -> Responses:
        """Call every receiver, the first ones first."""
        called = [(each, each(signal=self, sender=sender, **named)) for each in self._first]
        return called + super().send(sender, **named)

    def send_robust(self, sender: Any, **named: Any) -> Responses:
        """Call every receiver and return their exceptions instead of raising them."""
        called: Responses = []
        for receiver in self._first:
            try:
                called.append((receiver, receiver(signal=self, sender=sender, **named)))
            except Exception as error:
                called.append((receiver, error))
        return called + super().send_robust(sender, **named)


class ConsumerFinished(ConsumerSignal):
    """The class of `consumer_finished`, which knows whether it closes old database connections.

    Django's ``close_old_connections`` is connected to the signal. It is kept apart from the other
    receivers, so that code that owns the connections, inside a transaction for example, can send
    the signal without it: nothing is disconnected that another thread needs at that moment.
    """

    def __init__(self, doc: str) -> None:
        super().__init__(doc)
        self._closes_connections = False

    def connect(
        self,
        receiver: Callable[..., Any],
        sender: object = None,
        weak: bool = True,
        dispatch_uid: Any = None,
    ) -> None:
        """Connect ``receiver``, as `django.dispatch.Signal.connect` does."""
        if _is_closer(receiver, sender, dispatch_uid):
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
        if _is_closer(receiver, sender, dispatch_uid):
            was_connected, self._closes_connections = self._closes_connections, False
            return was_connected
        return super().disconnect(receiver, sender=sender, dispatch_uid=dispatch_uid)

    def has_listeners(self, sender: Any = None) -> bool:
        """Whether anything would be called for ``sender``."""
        return self._closes_connections or super().has_listeners(sender)

    def send(self, sender: Any, **named: Any) -> Responses:
        """Call every receiver, ``close_old_connections`` first, as in Channels 1.1.8."""
        return self._close(sender, named) + super().send(sender, **named)

    def send_robust(self, sender: Any, **named: Any) -> Responses:
        """Call every receiver and return their exceptions instead of raising them."""
        return self._close(sender, named) + super().send_robust(sender, **named)

    def send_keeping_connections(self, sender: Any, **named: Any) -> Responses:
        """Call every receiver except ``close_old_connections``."""
        return super().send(sender, **named)

    def _close(self, sender: Any, named: dict[str, Any]) -> Responses:
        if not self._closes_connections:
            return []
        close_old_connections(signal=self, sender=sender, **named)
        return [(close_old_connections, None)]


def _is_closer(receiver: object, sender: object, dispatch_uid: object) -> bool:
    return receiver is close_old_connections and sender is None and dispatch_uid is None


consumer_started = ConsumerSignal(
    "Sent before a consumer is called. Args: sender (a class), environ (an empty dict)."
)
consumer_finished = ConsumerFinished(
    "Sent when a consumer has returned or raised. Args: sender (a class)."
)
worker_ready = DocumentedSignal(
    "Sent by each worker that is about to take messages. Args: sender (the worker)."
)
worker_process_ready = DocumentedSignal(
    "Sent once by a worker process before its workers are ready. Args: sender (the worker)."
)

consumer_finished.connect(close_old_connections)
