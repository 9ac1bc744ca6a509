"""What to do while a channel layer cannot be reached: log it once, and try again."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from ..base_layer import BaseChannelLayer

logger = logging.getLogger("django.channels")

Result = TypeVar("Result")

# Seconds before the second attempt; each later one waits twice as long, up to the longest.
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 2.0


def unreachable(layer: BaseChannelLayer) -> tuple[type[Exception], ...]:
    """Return the exceptions by which a layer says that its server cannot be reached."""
    errors = getattr(layer, "unreachable", ())
    # A mock answers anything.
    return errors if isinstance(errors, tuple) else ()


class Outage:
    """The attempts of one reader to reach its layer.

    Args:
        layer: The layer, for the log.
        reader: Who reads, for the log: ``"The worker"``.
    """

    def __init__(self, layer: object, reader: str) -> None:
        self._layer = layer
        self._reader = reader
        self._failures = 0

    def failed(self, error: BaseException) -> None:
        """Log a failed attempt, the first of a row, and pause before the next one."""
        time.sleep(self.pause_after(error))

    def pause_after(self, error: BaseException) -> float:
        """Log a failed attempt, the first of a row; return the seconds to pause for."""
        if not self._failures:
            logger.error(
                "%s cannot reach the channel layer %s (%s: %s). It tries again until it can: "
                "start the layer's server, or correct its address in CHANNEL_LAYERS.",
                self._reader,
                self._layer,
                type(error).__name__,
                error,
            )
        pause: float = min(_FIRST_PAUSE * 2**self._failures, _LONGEST_PAUSE)
        self._failures += 1
        return pause

    def over(self) -> None:
        """Log that the layer is reached again, where it was not."""
        if self._failures:
            logger.warning(
                "%s has reached the channel layer %s again, after %d failed attempts.",
                self._reader,
                self._layer,
                self._failures,
            )
            self._failures = 0


def until_reached(layer: BaseChannelLayer, call: Callable[[], Result]) -> Result:
    """Call the layer, again and again while it cannot be reached, and return the result.

    For what a consumer cannot do again later: the message that it handles is off the layer.

    Args:
        layer: The layer.
        call: Calls it.

    Raises:
        Exception: What the layer raises; that it cannot be reached, only when it could not be for
            as long as it keeps a message.
    """
    try:
        return call()
    except unreachable(layer) as error:
        ends = time.monotonic() + layer.expiry
        outage = Outage(layer, "A consumer")
        outage.failed(error)
    while True:
        try:
            result = call()
        except unreachable(layer) as error:
            if time.monotonic() > ends:
                raise
            outage.failed(error)
        else:
            outage.over()
            return result
