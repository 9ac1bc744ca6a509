"""What is recorded in a traced block, beside captive layers and our own clients."""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.db.backends.base.base import BaseDatabaseWrapper

from ..compat.inmemory import ChannelLayer
from ..patching import Patch, Patches
from .entries import record_crossing, running, source_now
from .foreign_communicators import COMMUNICATORS
from .memory_layers import MEMORY_LAYERS

# Layers of Channels 1 in memory, which are not captive.
journal = Patch(ChannelLayer, "journal", staticmethod(record_crossing))


def _on_commit(
    connection: BaseDatabaseWrapper, func: Callable[[], object], robust: bool = False
) -> None:
    """Register a callback: what it does when the transaction ends is the consumer's, too."""
    source = source_now()

    @functools.wraps(func)
    def attributed() -> None:
        token = running.set(source)
        try:
            func()
        finally:
            running.reset(token)

    # A test's own callback, and what Django refuses, are left as they are.
    callback = func if source is None or not callable(func) else attributed
    _commits.original(connection, callback, robust)


_commits = Patch(BaseDatabaseWrapper, "on_commit", _on_commit)


def recorded() -> Patches:
    """Return the patches that are in place while everything is recorded."""
    return Patches(journal, _commits, *MEMORY_LAYERS, *COMMUNICATORS)
