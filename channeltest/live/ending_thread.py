"""A thread of a live server that says what has ended it."""

from __future__ import annotations

import threading
import traceback


class EndingThread(threading.Thread):
    """A thread that ends when it is asked to, and else has an error.

    Args:
        name: Its name.

    Attributes:
        error: What ended it, ``None`` while nothing has.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.error: BaseException | None = None

    def ending(self) -> str:
        """Return how it has ended, for an error: with its traceback if it had one."""
        if self.error is None:
            return ", and nobody asked it to: something in it called for its end"
        return ":\n\n" + "".join(traceback.format_exception(self.error))
