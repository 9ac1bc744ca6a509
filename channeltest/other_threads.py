"""Lets the frames of other threads be looked at while those threads run, on Python 3.11 too."""

from __future__ import annotations

import functools
import gc
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


def without_collections(look: Callable[_P, _T]) -> Callable[_P, _T]:
    """Have a function that looks at frames of other threads called without garbage collection.

    Python 3.11 makes objects while it reads ``f_locals`` or ``f_back``, which may begin a
    collection. What is collected may let the other thread run: its frame goes, and the interpreter
    crashes. Other versions have frames that stay, or collect only between two instructions.
    """
    if sys.version_info[:2] != (3, 11):
        return look

    @functools.wraps(look)
    def looking(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        if not gc.isenabled():
            return look(*args, **kwargs)
        try:
            gc.disable()
            return look(*args, **kwargs)
        finally:
            gc.enable()

    return looking
