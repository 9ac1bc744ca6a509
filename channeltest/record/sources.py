"""What is recorded in a traced block, beside captive layers and our own clients."""

from __future__ import annotations

from ..compat.inmemory import ChannelLayer
from ..patching import Patch, Patches
from .entries import record_crossing

# Layers of Channels 1 in memory, which are not captive.
journal = Patch(ChannelLayer, "journal", staticmethod(record_crossing))


def recorded() -> Patches:
    """Return the patches that are in place while everything is recorded."""
    return Patches(journal)
