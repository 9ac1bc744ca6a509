"""What goes to a child process that does not inherit it."""

from __future__ import annotations

import pickle
from multiprocessing.reduction import ForkingPickler
from typing import Any

from ..errors import LiveServerError


def pickled(value: Any, what: str) -> bytes:
    """Return ``value`` as bytes for a child process.

    Args:
        value: Anything.
        what: What it is, for the error: ``"the setting CACHES"``.

    Raises:
        LiveServerError: It cannot be pickled.
    """
    try:
        return pickle.dumps(value)
    except Exception as error:
        raise LiveServerError(
            f"{what} cannot be sent to the processes of a live server: "
            f"{type(error).__name__}: {error}. Name functions and classes that a module has at its "
            "top level, or set start_method = 'fork' or server = 'thread' on the test case"
        ) from error


def unpickled(data: bytes, what: str) -> Any:
    """Return the value that `pickled` made bytes of.

    Args:
        data: The bytes.
        what: As for `pickled`.

    Raises:
        LiveServerError: It cannot be made here: what it names cannot be imported.
    """
    try:
        return pickle.loads(data)
    except Exception as error:
        raise LiveServerError(
            f"{what} cannot be read in the live server's process: {type(error).__name__}: {error}"
        ) from error


class DeferredObject:
    """An object that is unpickled only when it is asked for: once Django is set up.

    Its class may be one of a test module, which imports models.

    Args:
        content: The object; connections and other handles may be in it.
    """

    def __init__(self, content: Any) -> None:
        self._content = content
        self._data: bytes | None = None

    def __getstate__(self) -> bytes:
        # Called while the process is being started, when handles can be sent.
        try:
            return bytes(ForkingPickler.dumps(self._content))
        except Exception as error:
            raise LiveServerError(
                f"{type(self._content).__qualname__} cannot be sent to a process of its own: "
                f"{type(error).__name__}: {error}. Routes, applications and process classes that "
                "a module has at its top level can; else set start_method = 'fork' or "
                "server = 'thread' on the test case"
            ) from error

    def __setstate__(self, data: bytes) -> None:
        self._data = data

    def open(self) -> Any:
        """Return the object."""
        return self._content if self._data is None else pickle.loads(self._data)
