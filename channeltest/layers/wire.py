"""The wire of a captive layer: messages cross it through msgpack, as they would on Redis."""

from __future__ import annotations

import re
import threading
import warnings
from collections.abc import Callable
from copy import deepcopy
from functools import partial
from typing import Any, Literal

import msgpack

from ..errors import WireError, WireWarning
from .wire_faults import complaint, find, user_level

Wire = Literal["lenient", "strict"]

# msgpack's markers of binary data: only with one of them can a bytearray hide in the packing.
_binary_marker = re.compile(b"[\xc4\xc5\xc6]").search


class _Packer(threading.local):
    """A packer for each thread: making one means asking the system for a large buffer."""

    def __init__(self) -> None:
        self.pack: Callable[[Any], bytes] = msgpack.Packer(strict_types=True).pack


_packer = _Packer()
_unpack: Callable[[bytes], Any] = partial(msgpack.unpackb, strict_map_key=False)


def carrier(
    message: dict[str, Any], wire: Wire, quiet: bool = False
) -> Callable[[], dict[str, Any]]:
    """Return what makes copies of ``message`` as its receivers will see it.

    Args:
        message: A message's content.
        wire: ``"lenient"`` deep-copies, with a `WireWarning`, what msgpack cannot carry
            exactly; ``"strict"`` refuses it.
        quiet: Do not warn: the sender was warned before.

    Returns:
        A callable without arguments; every call gives a new copy.

    Raises:
        WireError: The wire is strict, and msgpack cannot carry the message exactly.
        TypeError: The message cannot even be copied; the text has the path of the value.
    """
    packed = _packed_exactly(message)
    if packed is not None:
        return partial(_unpack, packed)
    _complain(message, wire, quiet)
    return partial(_copy, message)


def verify(message: dict[str, Any], wire: Wire) -> bool:
    """Raise or warn as `carrier` does, for a message that is sent later.

    Returns:
        Whether msgpack can carry the message exactly.

    Raises:
        WireError: The wire is strict, and msgpack cannot carry the message exactly.
        TypeError: The message cannot even be copied.
    """
    if _packed_exactly(message) is not None:
        return True
    _complain(message, wire)
    _copy(message)
    return False


def carry(message: dict[str, Any], wire: Wire, quiet: bool = False) -> dict[str, Any]:
    """Return one copy of ``message`` as its receiver will see it; `carrier` has the details."""
    return carrier(message, wire, quiet)()


def _packed_exactly(message: dict[str, Any]) -> bytes | None:
    try:
        packed = _packer.pack(message)
    except (TypeError, ValueError, OverflowError, RecursionError):
        return None
    # msgpack packs a bytearray as bytes, even with strict types.
    if _binary_marker(packed) and _hides_bytes(message):
        return None
    return packed


def _hides_bytes(value: object) -> bool:
    kind = type(value)
    if kind is dict:
        assert isinstance(value, dict)
        return any(map(_hides_bytes, value.values()))
    if kind is list:
        assert isinstance(value, list)
        return any(map(_hides_bytes, value))
    return kind is bytearray or kind is memoryview


def _complain(message: dict[str, Any], wire: Wire, quiet: bool = False) -> None:
    found = find(message)
    if found is None or quiet:
        return
    text = complaint(*found)
    if wire == "strict":
        raise WireError(text)
    warnings.warn(f"{text}. Here it is deep-copied", WireWarning, stacklevel=user_level())


def _copy(message: dict[str, Any]) -> dict[str, Any]:
    try:
        return deepcopy(message)
    except Exception as error:
        for key, value in message.items():
            try:
                deepcopy(value)
            except Exception:
                kind = type(value).__name__
                raise TypeError(
                    f"a channel layer cannot carry message[{key!r}], of type {kind}, and it cannot "
                    f"be copied either: {error}"
                ) from error
        raise
