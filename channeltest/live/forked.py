"""What a forked process must not keep of the test's process."""

from __future__ import annotations

import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import AsyncToSync, SyncToAsync

# Kept for good: what they hold belongs to the parent.
_of_the_parent: list[Any] = []


def begin_anew() -> None:
    """Give asgiref executors of this process's own: the threads of the others were not forked."""
    asgiref: Any = SyncToAsync
    _of_the_parent.append((asgiref.single_thread_executor, asgiref.context_to_thread_executor))
    asgiref.single_thread_executor = ThreadPoolExecutor(max_workers=1)
    asgiref.context_to_thread_executor = weakref.WeakKeyDictionary()
    current = getattr(AsyncToSync.executors, "current", None)
    if current is not None:
        _of_the_parent.append(current)
        del AsyncToSync.executors.current
