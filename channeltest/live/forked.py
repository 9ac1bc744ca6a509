"""What a forked process must not use of the test's process."""

from __future__ import annotations

import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import AsyncToSync, SyncToAsync

# Never collected: closing these would close what the parent process uses.
_kept: list[object] = []


def keep_for_the_parent(*objects: object) -> None:
    """Keep objects that belong to the parent process as long as this process lives."""
    _kept.extend(objects)


def reset_executors() -> None:
    """Give asgiref executors of this process's own: the threads of the others were not forked."""
    asgiref: Any = SyncToAsync
    keep_for_the_parent(asgiref.single_thread_executor, asgiref.context_to_thread_executor)
    asgiref.single_thread_executor = ThreadPoolExecutor(max_workers=1)
    asgiref.context_to_thread_executor = weakref.WeakKeyDictionary()
    current = getattr(AsyncToSync.executors, "current", None)
    if current is not None:
        keep_for_the_parent(current)
        del AsyncToSync.executors.current
