"""Turns whatever a scenario notes into JSON that is equal on both stacks when the behaviour is."""

from __future__ import annotations

import datetime
import decimal
import json
import re
import uuid
from typing import Any, Pattern

# What differs between two runs, or between the two stacks, without being behaviour.
_MODULES = [
    (re.compile(r"channeltest\.compat\.(inmemory|base_layer)\b"), r"asgiref.\1"),
    (re.compile(r"channeltest\.compat\b"), "channels"),
]
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")
_NAMES: list[tuple[str, Pattern[str]]] = [
    # Client() makes its reply channel of the alias and five random letters.
    ("reply", re.compile(r"\b(?:default|second)[a-zA-Z]{5}\b")),
    # new_channel() appends eight random letters.
    ("new", re.compile(r"(?<=[?!])[a-zA-Z]{8}\b")),
    # Session keys: 32 random characters, or "chn" and a hash of the reply channel's name.
    ("session", re.compile(r"\b(?=[a-z]*[0-9])[a-z0-9]{32}\b")),
    ("uuid", re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")),
]


class Normaliser:
    """Renders values as JSON data; random names become ``<reply-1>``, ``<session-1>`` and so on."""

    def __init__(self) -> None:
        self._seen: dict[str, dict[str, str]] = {kind: {} for kind, _ in _NAMES}

    def text(self, text: str) -> str:
        for pattern, replacement in _MODULES:
            text = pattern.sub(replacement, text)
        text = _ADDRESS.sub(" at 0x...", text)
        for kind, pattern in _NAMES:
            text = pattern.sub(lambda match, kind=kind: self._name(kind, match.group()), text)
        return text

    def _name(self, kind: str, found: str) -> str:
        names = self._seen[kind]
        return names.setdefault(found, f"<{kind}-{len(names) + 1}>")

    def __call__(self, value: Any) -> Any:
        if value is None or isinstance(value, (bool, int, float)):
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, bytes):
            return {"bytes": self.text(value.decode("latin1"))}
        if isinstance(value, list):
            return [self(item) for item in value]
        if isinstance(value, tuple):
            return {"tuple": [self(item) for item in value]}
        if isinstance(value, (set, frozenset)):
            return {"set": sorted((self(item) for item in value), key=repr)}
        if isinstance(value, dict):
            if all(isinstance(key, str) for key in value):
                return {self.text(key): self(item) for key, item in value.items()}
            return {"dict": [[self(key), self(item)] for key, item in value.items()]}
        return self._object(value)

    def _object(self, value: Any) -> Any:
        if isinstance(value, BaseException):
            return self.exception(value)
        if isinstance(value, type):
            return {"class": self.text(f"{value.__module__}.{value.__qualname__}")}
        if isinstance(value, (uuid.UUID, decimal.Decimal, datetime.timedelta)):
            return {type(value).__name__: self.text(str(value))}
        kind = type(value).__name__
        if hasattr(value, "channel") and hasattr(value, "content"):
            return {"message": self(value.content), "channel": self(value.channel.name)}
        if kind in ("Channel", "Group"):
            return {kind.lower(): self.text(value.name)}
        if kind in ("User", "AnonymousUser"):
            return {"user": str(value)}
        return {"object": kind}

    def exception(self, error: BaseException, text: bool = True) -> dict[str, Any]:
        """An exception: its type, its bases and, unless it is Python's own, its text."""
        text = text and not isinstance(error, json.JSONDecodeError)
        shown: dict[str, Any] = {"raises": type(error).__name__}
        bases = [base.__name__ for base in type(error).__mro__[1:] if issubclass(base, Exception)]
        shown["bases"] = bases[:-1]
        if text:
            shown["text"] = self.text(str(error))
        return shown
