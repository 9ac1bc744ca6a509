"""Advice on an error, beside the text that Channels 1 gave it and suites compare."""

from __future__ import annotations

from typing import TypeVar

Error = TypeVar("Error", bound=BaseException)


def advised(error: Error, advice: str) -> Error:
    """Attach what to do to ``error``, to be shown below its own text.

    Args:
        error: The error, with Channels 1's text.
        advice: What was there instead, and what to do.

    Returns:
        ``error``, with ``advice`` as a note (PEP 678): tracebacks, unittest and pytest show it,
        and ``str(error)`` is what it was. Python 3.10 has no notes; there it joins the text,
        but for a KeyError, whose text is its key.
    """
    if hasattr(error, "add_note"):
        error.add_note(advice)
    elif not isinstance(error, KeyError):
        error.args = (f"{error}\n{advice}", *error.args[1:])
    return error
