"""The regular expressions of a route, which values of a message have to match."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .message import Message


def normalise(value: Any) -> Any:
    """Return ``value`` as text where it is bytes, else as it is."""
    return value.decode("ascii") if isinstance(value, bytes) else value


class Filters(dict[str, re.Pattern[str]]):
    """Keys of a message, each with the regular expression that its value must match at the start.

    Args:
        expressions: The same, as text, bytes or compiled patterns.
    """

    def __init__(self, expressions: dict[str, Any]) -> None:
        super().__init__()
        for name, expression in expressions.items():
            self[name] = re.compile(normalise(expression))

    def matches(self, message: Message) -> dict[str, re.Match[str]] | None:
        """Return what each expression matches, or ``None`` if one of them does not."""
        found = {}
        for name in self:
            match = self[name].match(normalise(message[name])) if name in message else None
            if match is None:
                return None
            found[name] = match
        return found

    def __str__(self) -> str:
        return ", ".join(f"{name}={regex.pattern}" for name, regex in self.items())


def captured(matches: dict[str, re.Match[str]]) -> dict[str, Any]:
    """Return the named groups of matches: the keyword arguments of a consumer."""
    return {name: value for match in matches.values() for name, value in match.groupdict().items()}
