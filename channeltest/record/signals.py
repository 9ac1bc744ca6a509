"""Records the project's own signals, on request."""

from __future__ import annotations

import sys
from typing import Any

from django.dispatch import Signal

from ..patching import Patch
from .entries import record, source_now

# Packages whose signals tell what the framework does, and not the project.
_FRAMEWORKS = {"django", "channels", "channeltest", "asgiref"}


def signal_name(signal: Signal) -> str | None:
    """Return the name of a project's signal, ``"app.signals.room_closed"``.

    Args:
        signal: The signal. One of Django's or Channels', or that no module holds, has no name.
    """
    holders = sorted(
        (module, name)
        for module, value in list(sys.modules.items())
        for name, held in list(getattr(value, "__dict__", {}).items())
        if held is signal
    )
    # The module that defines it is above those that import it, or sorts first.
    if not holders or any(module.partition(".")[0] in _FRAMEWORKS for module, _ in holders):
        return None
    module, name = min(holders, key=lambda holder: (holder[0].count("."), holder))
    return f"{module}.{name}"


def _note(signal: Signal, sender: Any, named: dict[str, Any]) -> None:
    name = signal_name(signal)
    if name is not None:
        record("signal", name, {"sender": sender, **named}, source_now())


def _send(signal: Signal, sender: Any, **named: Any) -> Any:
    _note(signal, sender, named)
    return _SEND.original(signal, sender, **named)


def _send_robust(signal: Signal, sender: Any, **named: Any) -> Any:
    _note(signal, sender, named)
    return _SEND_ROBUST.original(signal, sender, **named)


async def _asend(signal: Signal, sender: Any, **named: Any) -> Any:
    _note(signal, sender, named)
    return await _ASEND.original(signal, sender, **named)


async def _asend_robust(signal: Signal, sender: Any, **named: Any) -> Any:
    _note(signal, sender, named)
    return await _ASEND_ROBUST.original(signal, sender, **named)


_SEND = Patch(Signal, "send", _send)
_SEND_ROBUST = Patch(Signal, "send_robust", _send_robust)
_ASEND = Patch(Signal, "asend", _asend)
_ASEND_ROBUST = Patch(Signal, "asend_robust", _asend_robust)

SIGNALS = tuple(
    patch for patch in (_SEND, _SEND_ROBUST, _ASEND, _ASEND_ROBUST) if patch.original is not None
)
