"""How a worker ends when its process gets a signal."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING

from .layers.outage import unreachable

if TYPE_CHECKING:
    from .base_layer import BaseChannelLayer

logger = logging.getLogger("django.channels")


class TerminatesOnSignal:
    """A worker whose loop ends on SIGTERM and SIGINT.

    Attributes:
        termed: Set it to make the loop end after the current message.
        in_job: Whether a message is being handled.
        signal_handlers: Whether the worker is to handle signals.

    Source: Channels 1.1.8.
    """

    termed: bool = False
    in_job: bool = False
    signal_handlers: bool = True

    def handle_signals(self) -> None:
        """Install the handler if `signal_handlers` says so."""
        if self.signal_handlers:
            self.install_signal_handler()

    def install_signal_handler(self) -> None:
        """Handle SIGTERM and SIGINT with `sigterm_handler`; in the main thread only."""
        for signo in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signo, self.sigterm_handler)

    def sigterm_handler(self, signo: int, stack_frame: FrameType | None) -> None:
        """Stop after the message being handled, or at once when there is none."""
        state = "busy, waiting for loop termination"
        if not self.in_job:
            state = "idle, terminating immediately"
        self.termed = True
        logger.info("Shutdown signal received while %s", state)
        if not self.in_job:
            self.terminate_idle()

    def terminate_idle(self) -> None:
        """End a loop that is waiting for a message; for subclasses to write."""
        raise NotImplementedError


def stop_receiving(layer: BaseChannelLayer) -> None:
    """Have the blocking calls of `receive` return, in a handler of signals.

    Args:
        layer: The layer. One that cannot be woken ends the process, as in Channels 1: a message
            that it has just taken is lost then.
    """
    if not hasattr(layer, "wake_readers"):
        sys.exit(0)

    def wake() -> None:
        # Out of reach, nobody waits for it: its readers make pauses.
        with suppress(*unreachable(layer)):
            layer.wake_readers()

    # The thread that was interrupted may hold a lock of the layer's client.
    threading.Thread(target=wake, name="wake readers", daemon=True).start()
