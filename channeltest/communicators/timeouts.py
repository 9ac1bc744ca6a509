"""How long communicators wait: one knob, and none under a debugger."""

from __future__ import annotations

from ..config import Default, Timeout, is_debugged, timeout_setting


def seconds(argument: Timeout, attribute: Timeout, usual: float) -> float | None:
    """Return for how long to wait.

    Args:
        argument: What the call says, in seconds; ``None`` for as long as it takes.
        attribute: What the communicator's class says.
        usual: What Channels' communicators take.

    Returns:
        The first of them that was given, with ``CHANNELTEST = {"TIMEOUT": …}`` of the settings
        before the last; ``None`` under a debugger.

    Raises:
        ImproperlyConfigured: The setting is no number of seconds.
    """
    if is_debugged():
        return None
    for given in (argument, attribute, timeout_setting()):
        if not isinstance(given, Default):
            return given
    return usual
