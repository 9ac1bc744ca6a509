"""The wire of a captive layer: messages cross it through msgpack, as they would on Redis."""

from __future__ import annotations

import re
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import partial
from typing import Any, Literal

import msgpack

from ..errors import WireError, WireWarning
from ..record.content import SCALARS

Wire = Literal["lenient", "strict"]

# The types that come out of msgpack as they went in.
_EXACT = (dict, list, str, bytes, bool, int, float, type(None))

# What msgpack turns other types that it can pack into; subclasses stand before their bases.
_BECOMES = {
    dict: "a plain dict",
    list: "a plain list",
    tuple: "a list",
    str: "a plain str",
    bytes: "bytes",
    bytearray: "bytes",
    memoryview: "bytes",
    int: "a plain int",
    float: "a plain float",
}

_LIKE_BYTES = {bytearray, memoryview}
_CONTAINERS = {dict, list}

# msgpack's markers of binary data. Without any of them the message contains no bytearray.
_binary_marker = re.compile(b"[\xc4\xc5\xc6]").search


class _Packer(threading.local):
    """A packer for each thread; making one for each message would allocate a large buffer."""

    def __init__(self) -> None:
        self.pack: Callable[[Any], bytes] = msgpack.Packer(strict_types=True).pack


_packer = _Packer()
_unpack: Callable[[bytes], Any] = partial(msgpack.unpackb, strict_map_key=False)


def carrier(
    message: dict[str, Any], wire: Wire, quiet: bool = False
) -> Callable[[], dict[str, Any]]:
    """Return a callable that makes copies of ``message``, as its receivers get it.

    Args:
        message: A message's content.
        wire: ``"lenient"`` deep-copies, with a `WireWarning`, what msgpack cannot carry
            exactly; ``"strict"`` refuses it.
        quiet: Do not warn, because the sender was warned before.

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
    """Raise and warn as `carrier` does, for a message that is sent later.

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
    """Return one copy of ``message`` as its receiver gets it; see `carrier`."""
    packed = _packed_exactly(message)
    return carrier(message, wire, quiet)() if packed is None else _unpack(packed)


def _packed_exactly(message: dict[str, Any]) -> bytes | None:
    try:
        packed = _packer.pack(message)
    except (TypeError, ValueError, OverflowError, RecursionError):
        return None
    # msgpack packs a bytearray as bytes, even with strict types.
    if _binary_marker(packed) and _hides_bytes(message):
        return None
    return packed


def _hides_bytes(container: Any) -> bool:
    for value in container.values() if type(container) is dict else container:
        kind = type(value)
        if kind in _LIKE_BYTES or (kind in _CONTAINERS and _hides_bytes(value)):
            return True
    return False


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


def find(message: dict[str, object]) -> tuple[str, object] | None:
    """Find the first value in ``message`` that msgpack cannot carry exactly.

    Returns:
        Where it is (``message['user']``) and the value; ``None`` if there is none, or only
        the pairs of ``headers`` are tuples: ASGI allows any iterable of two there.
    """
    if type(message) is not dict:
        return "message", message
    ahead: list[tuple[str, object, tuple[int, ...]]] = [("message", message, ())]
    while ahead:
        path, value, inside = ahead.pop()
        if type(value) not in (dict, list):
            if not _fits(value):
                return path, value
            continue
        if id(value) in inside:
            return path, value
        inside = (*inside, id(value))
        inner = []
        for key, step, item in _items(value):
            if not _fits(key):
                return f"the key {step} of {path}", key
            if not (len(inside) == 1 and key == "headers" and _are_pairs(item)):
                inner.append((f"{path}[{step}]", item, inside))
        ahead.extend(reversed(inner))
    return None


def complaint(path: str, value: object) -> str:
    """Describe what a channel layer does with ``value``, found at ``path``, and what to send."""
    name = type(value).__name__
    kind = f"{'an' if name[0] in 'aeioAEIO' else 'a'} {name}"
    # Not isinstance(): it reads the value's __class__, and a lazy value would query the database.
    if issubclass(type(value), SCALARS):
        kind += _in_brackets(value)
    if type(value) not in _EXACT and not (path.startswith("the key") and type(value) is tuple):
        for base, becomes in _BECOMES.items():
            if issubclass(type(value), base):
                return f"a channel layer carries {path}, {kind}, as {becomes}. Send it as {becomes}"
    if type(value) in (dict, list):
        return f"a channel layer cannot carry {path}: {kind} that holds itself"
    return (
        f"a channel layer cannot carry {path}: {kind}. Send what JSON has, or bytes: a primary "
        "key, for example, and let the consumer load the object"
    )


def _in_brackets(value: object) -> str:
    try:
        return f" ({value!r:.60})"
    except Exception:
        # Its own code fails, or it is a number of more digits than Python writes.
        return ""


def user_level() -> int:
    """The stack level, for the caller's ``warnings.warn``, of the code that sent the message."""
    level = 1
    frame = sys._getframe(1)
    while frame.f_back is not None and _is_library(frame.f_globals.get("__name__", "")):
        frame = frame.f_back
        level += 1
    return level


def _is_library(module: str) -> bool:
    # What a consumer sent is delivered by a signal.
    return module.startswith(("channeltest.", "django.dispatch"))


def _items(value: object) -> Iterator[tuple[object, str, object]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield key, f"{key!r:.60}", item
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield index, str(index), item


def _fits(value: object) -> bool:
    if type(value) in (bytearray, memoryview):
        return False
    try:
        msgpack.packb(value, strict_types=True)
    except (TypeError, ValueError, OverflowError, RecursionError):
        return False
    return True


def _are_pairs(headers: object) -> bool:
    return type(headers) is list and all(
        type(pair) in (list, tuple)
        and len(pair) == 2
        and all(type(part) in (bytes, str) for part in pair)
        for pair in headers
    )
