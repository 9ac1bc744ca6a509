"""One form for values that mean the same: JSON is compared as JSON, headers in any order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ..record.content import Snapshot
from ..record.text import plain

# Texts are worth a look that begin so.
_JSON = ("{", "[", '"')


def canonical(value: Any) -> Any:
    """Return ``value`` with one form for all that is equal: its repr can be compared.

    Mappings are sorted by key and tuples are lists, as most wires make them; JSON in texts and in
    bytes, also inside of JSON, is written in one way.

    Args:
        value: The content of an event.
    """
    kind = type(value)
    if kind is str:
        return canonical_text(value)
    if kind is dict:
        items = [(canonical(key), canonical(item)) for key, item in value.items()]
        return dict(sorted(items, key=_key))
    if kind is list or kind is tuple:
        return [canonical(item) for item in value]
    if kind is bytes:
        return _canonical_bytes(value)
    if kind is Snapshot:
        return Snapshot(value.name, tuple((name, canonical(each)) for name, each in value.values))
    return plain(value)


def canonical_text(text: str) -> str:
    """Return ``text``, in its one form if it is JSON of more than a number or a word."""
    if not text.lstrip().startswith(_JSON):
        return text
    try:
        return _ENCODER.encode(_inner(_DECODER.decode(text)))
    except (ValueError, RecursionError):
        return text


def canonical_headers(headers: Iterable[Any] | Mapping[Any, Any]) -> list[tuple[str, str]]:
    """Return headers as sorted pairs of texts, the names in lower case."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    return sorted((_text(name).lower(), _text(value)) for name, value in pairs)


def _key(item: tuple[Any, Any]) -> str:
    return str(item[0])


def _inner(value: Any) -> Any:
    if type(value) is str:
        return canonical_text(value)
    if type(value) is dict:
        return {key: _inner(item) for key, item in value.items()}
    if type(value) is list:
        return [_inner(item) for item in value]
    return value


def _pairs(pairs: list[tuple[str, Any]]) -> Any:
    """A JSON object; one that has a key twice is no dict, and stays what it is."""
    found = dict(pairs)
    return found if len(found) == len(pairs) else {"duplicate keys": [list(pair) for pair in pairs]}


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs)
_ENCODER = json.JSONEncoder(sort_keys=True)


def _canonical_bytes(value: bytes) -> bytes:
    if not value.lstrip().startswith((b"{", b"[", b'"')):
        return value
    try:
        return canonical_text(value.decode()).encode()
    except UnicodeDecodeError:
        return value


def _text(value: Any) -> str:
    return value.decode("latin1") if isinstance(value, bytes) else str(value)
