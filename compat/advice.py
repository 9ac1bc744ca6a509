"""Advice on an error, beside the text that Channels 1 gave it and suites compare."""

from __future__ import annotations

from typing import TypeVar

Error = TypeVar("Error", bound=BaseException)


def with_note(error: Error, advice: str) -> Error:
    """Attach what to do to ``error``, to be shown below its own text.

    Args:
        error: The error, with Channels 1's text.
        advice: What was there instead, and what to do.

    Returns:
        ``error``, with ``advice`` as a note (PEP 678): tracebacks, unittest and pytest show it,
        and ``str(error)`` is what it was. Python 3.10 keeps the note and does not show it.
    """
    if hasattr(error, "add_note"):
        error.add_note(advice)
    else:
        error.__notes__ = [*getattr(error, "__notes__", ()), advice]
    return error
