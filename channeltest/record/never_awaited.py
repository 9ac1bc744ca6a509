"""Notes the coroutines that a test or its applications never await.

Such a coroutine, like ``self.send_json(…)`` without ``await``, does nothing, and the test waits in
vain. Python only warns of it, apart from the report of the test.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Coroutine
from typing import Any

from ..patching import Patch

# Coroutines that an error names.
_SHOWN = 5

_never_awaited: list[str] = []


def _warn(coroutine: Coroutine[Any, Any, Any]) -> None:
    """Warn of a coroutine as Python does, and note its name and where it was dropped."""
    frame = sys._getframe(1)
    name = getattr(coroutine, "__qualname__", type(coroutine).__name__)
    if len(_never_awaited) < _SHOWN:
        _never_awaited.append(f"{name}() in {frame.f_code.co_filename}:{frame.f_lineno}")
    warnings.warn(
        f"coroutine '{name}' was never awaited", RuntimeWarning, stacklevel=2, source=coroutine
    )


# Python calls it by this name when a coroutine is dropped that never ran.
never_awaited_patch = Patch(warnings, "_warn_unawaited_coroutine", _warn)


def never_awaited() -> str:
    """Return a line with the names and lines of the test's coroutines that were never awaited.

    It is empty without any, and where `never_awaited_patch` was not in force.
    """
    if not _never_awaited:
        return ""
    return "Never awaited, so they did nothing: " + ", ".join(_never_awaited)


def forget_never_awaited() -> None:
    """Forget the coroutines of a test that is over."""
    _never_awaited.clear()
