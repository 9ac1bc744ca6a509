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
        and ``str(error)`` is what it was. Python 3.10 keeps the note and shows it only after
        `reveal`.
    """
    if hasattr(error, "add_note"):
        error.add_note(advice)
    else:
        error.__notes__ = [*getattr(error, "__notes__", ()), advice]
    return error


def reveal(error: BaseException) -> None:
    """Have Python 3.10 show the notes of an error that leaves a test: they join its text."""
    if not hasattr(error, "add_note"):
        notes = vars(error).pop("__notes__", ())
        if notes:
            text = "\n".join([str(error), *notes])
            error.args = (text, *error.args[1:])
            if not isinstance(error, Exception) and hasattr(error, "msg"):
                # pytest.fail() raises no Exception, and has its text there.
                error.msg = text
