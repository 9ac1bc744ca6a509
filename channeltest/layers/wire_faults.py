"""What is wrong with a message that no channel layer could carry, in words."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import msgpack

from ..record.content import SCALARS

# The types that come out of msgpack as they went in.
_EXACT = (dict, list, str, bytes, bool, int, float, type(None))

# What msgpack makes of types that it can pack all the same; the more special ones come first.
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
    """Describe what a channel layer does with ``value``, found at ``path``, and what to do."""
    name = type(value).__name__
    kind = f"{'an' if name[0] in 'aeioAEIO' else 'a'} {name}"
    # Not isinstance(): it asks the value, and a lazy one would ask the database.
    if issubclass(type(value), SCALARS):
        kind += f" ({value!r:.60})"
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
