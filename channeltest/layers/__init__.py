"""The channel layers of tests: captive layers, what waits on them, and what is sent there.

Imports compat and the record. The bridge puts captive layers in place; tests read them here.
"""

from .inspection import (
    Sends,
    Sent,
    capture_sends,
    channels,
    groups,
    members,
    messages,
)

__all__ = ["Sends", "Sent", "capture_sends", "channels", "groups", "members", "messages"]
