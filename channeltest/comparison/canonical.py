"""Canonical forms: one for all values that are equal, so that their texts can be compared."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..record.content import Frozen, Snapshot, freeze
from ..record.text import plain

# JSON that is more than a number or a word begins with one of these characters.
_JSON = ("{", "[", '"')

# In JSON, the beginning of a text that may be JSON itself: with one of these, or an escape.
_INNER = re.compile(r'"\s*[{\[\\]')


def canonical(value: Any) -> Any:
    """Return ``value`` with one form for all that is equal: its repr can be compared.

    Mappings are sorted by key and tuples are lists, as most wires make them; JSON in texts and in
    bytes, also inside of JSON, is written in one way.

    Args:
        value: The content of an event.
    """
    return _canonical(value, canonical_text)


def canonical_text(text: str) -> str:
    """Return ``text``, in its one form if it is JSON of more than a number or a word."""
    if not text.startswith(_JSON) and not text.lstrip().startswith(_JSON):
        return text
    try:
        value = _DECODER.decode(text)
        return _ENCODER.encode(_inner(value) if _INNER.search(text) else value)
    except (ValueError, RecursionError):
        return text


def canonical_headers(headers: Iterable[Any] | Mapping[Any, Any]) -> list[tuple[str, str]]:
    """Return headers as sorted pairs of texts, the names in lower case."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    return sorted((_text(name).lower(), _text(value)) for name, value in pairs)


class Forms:
    """The canonical forms that are known: what occurs again, on the other side say, is looked up.

    Attributes:
        repr_of_text: The repr of the canonical form of each text.
    """

    def __init__(self) -> None:
        self._texts = _Made(canonical_text)
        self.repr_of_text = _Made(self._repr_of)
        self._known: dict[tuple[Frozen, Callable[..., str]], str] = {}

    def canonical(self, value: Any) -> Any:
        """Return what `canonical` does."""
        return _canonical(value, self._texts.__getitem__)

    def of(self, value: Any, make: Callable[[Any, Forms], str]) -> str:
        """Return ``make(value, forms)``, made once for all values that are equal in every way.

        Args:
            value: The content of an event.
            make: A function without side effects.
        """
        key = freeze(value), make
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = make(value, self)
        return found

    def _repr_of(self, text: str) -> str:
        return repr(self._texts[text])


class _Made(dict[str, str]):
    """What has been made of texts; each is made when it is first looked up."""

    def __init__(self, make: Callable[[str], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, text: str) -> str:
        made = self[text] = self._make(text)
        return made


def _canonical(value: Any, of_text: Callable[[str], str]) -> Any:
    kind = type(value)
    if kind is str:
        return of_text(value)
    if kind is dict:
        items = [
            (_canonical(key, of_text), _canonical(item, of_text)) for key, item in value.items()
        ]
        return dict(sorted(items, key=_key))
    if kind is list or kind is tuple:
        return [_canonical(item, of_text) for item in value]
    if kind is bytes:
        return _canonical_bytes(value)
    if kind is Snapshot:
        values = ((name, _canonical(each, of_text)) for name, each in value.values)
        return Snapshot(value.name, tuple(values))
    return plain(value)


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


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; a text with a key twice has no other spelling that is surely the same."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key occurs twice")
    return found


_DECODER = json.JSONDecoder(object_pairs_hook=_object)
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
