"""Notes of errors on Python 3.10, which does not show them."""

from __future__ import annotations


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
