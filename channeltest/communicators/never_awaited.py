"""Notes coroutines that the application or the test made and never awaited.

What a coroutine like ``self.send_json(…)`` should have done does not happen, and the test waits for
it. Python warns of that, in a report that is read last; the error of the wait has it too.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Coroutine
from typing import Any

from ..patching import Patch

# Coroutines that an error names.
_SHOWN = 5

_found: list[str] = []


def _warn(coroutine: Coroutine[Any, Any, Any]) -> None:
    """Warn of a coroutine as Python does, and note its name and where it was dropped."""
    frame = sys._getframe(1)
    name = getattr(coroutine, "__qualname__", type(coroutine).__name__)
    if len(_found) < _SHOWN:
        _found.append(f"{name}() in {frame.f_code.co_filename}:{frame.f_lineno}")
    warnings.warn(
        f"coroutine '{name}' was never awaited", RuntimeWarning, stacklevel=2, source=coroutine
    )


# Python calls it by this name when a coroutine is dropped that never ran.
warning_patch = Patch(warnings, "_warn_unawaited_coroutine", _warn)


def never_awaited() -> list[str]:
    """Return the coroutines that were never awaited since `forget`: their names and lines."""
    return [*_found]


def forget() -> None:
    """Forget the coroutines of a test that is over."""
    _found.clear()
