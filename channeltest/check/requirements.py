"""Finds what holds a project back in the files that name its dependencies."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path

_REQUIREMENT = re.compile(
    r"^[ \t]*([A-Za-z][\w.-]*)(?:\[[^\]]*\])?[ \t]*([=<>!~][^#;\r\n]*)?", re.MULTILINE
)
# A specifier with an upper bound; Poetry's "^1.1" and "1.1" have one, too.
_SPECIFIER = re.compile(
    r"\s*(?P<operator>===?|~=?|<=?|\^|)\s*v?(?P<version>\d+(?:\.\d+)*)(?P<any>\.\*)?"
)
# A requirement as a string, in setup.py and in the lists of pyproject.toml.
_STRING = re.compile(
    r"""
    ["'] ([A-Za-z][\w.-]*) (?:\[[^\]"']*\])? [ \t]* ([=<>!~][^"';\r\n]*)? (?:;[^"'\r\n]*)? ["']
    [ \t]* [,\])\r\n]
    """,
    re.VERBOSE,
)
# A requirement as a key, in Pipfile and for Poetry.
_KEY = re.compile(
    r"""
    ^[ \t]* ["']? ([A-Za-z][\w.-]*) ["']? [ \t]* = [ \t]*
    (?:\{ [^}\r\n]*? \bversion [ \t]* = [ \t]*)? ["'] ([^"'\r\n]+) ["']
    """,
    re.VERBOSE | re.MULTILINE,
)
_PATTERNS = {
    "setup.py": (_STRING,),
    "setup.cfg": (_REQUIREMENT,),
    "pyproject.toml": (_STRING, _KEY),
    "Pipfile": (_KEY,),
}
_FILE = re.compile(
    r"(^|/)(requirements|constraints)[^/]*\.(txt|in)$|(^|/)requirements/[^/]+\.(txt|in)$"
)

# Packages that never came to today's Channels, each with what replaces it.
_GONE = {
    "asgi-redis": "use channels_redis",
    "asgi-ipc": "use channels.layers.InMemoryChannelLayer, or channels_redis",
    "asgi-rabbitmq": "use channels_redis",
    "msgpack-python": "use msgpack",
    "channels-api": "nothing replaces it, as it was never ported",
    "django-channels-presence": "nothing replaces it, as it was never ported",
}
# The lowest version of each that Channels, its servers and layers, and Django take today.
LOWEST: dict[str, tuple[int, ...]] = {
    "asgiref": (3, 9, 1),
    "autobahn": (22, 4, 2),
    "channels": (4, 2, 1),
    "channels-redis": (4, 2),
    "daphne": (4,),
    "django": (4, 2),
    "msgpack": (1,),
    "mysqlclient": (1, 4, 3),
    "psycopg": (3, 1, 8),
    "psycopg2": (2, 8, 4),
    "psycopg2-binary": (2, 8, 4),
    "redis": (4, 6),
    "twisted": (22, 4),
}


def is_requirements(path: Path) -> bool:
    """Whether a file names dependencies: for pip, setuptools, Pipenv or Poetry."""
    return path.name in _PATTERNS or _FILE.search(path.as_posix()) is not None


def find(text: str, name: str = "requirements.txt") -> Iterator[tuple[int, str, str]]:
    """Yield the requirements that hold a project back: offset, code and a text.

    Args:
        text: What the file holds.
        name: The file's name, which says how it names them.
    """
    for pattern in _PATTERNS.get(name, (_REQUIREMENT,)):
        for match in pattern.finditer(text):
            written, version = match[1], (match[2] or "").strip()
            package = re.sub(r"[-_.]+", "-", written).lower()
            if package in _GONE:
                yield match.start(1), "CT501", f"{written}: {_GONE[package]}"
            elif package in LOWEST and version:
                highest = _highest(version)
                if highest is not None and highest < LOWEST[package]:
                    lowest = ".".join(map(str, LOWEST[package]))
                    shown = version if version[0] in "=<>!~^" else f" {version}"
                    yield match.start(1), "CT501", f"{written}{shown}: {lowest} or newer"


def _highest(specifiers: str) -> tuple[float, ...] | None:
    """The highest version that specifiers allow, if they name one; any part may be infinite."""
    found = []
    for specifier in specifiers.split(","):
        match = _SPECIFIER.match(specifier)
        if match is not None:
            found.append(_highest_of(match["operator"], match["version"], bool(match["any"])))
    return min(found) if found else None


def _highest_of(operator: str, version: str, is_any: bool) -> tuple[float, ...]:
    numbers = [float(number) for number in version.split(".")]
    if operator == "<":
        # What is below 2.0 is at most 1.something.
        while numbers and not numbers[-1]:
            numbers.pop()
        return (*numbers[:-1], numbers[-1] - 1, math.inf) if numbers else (0.0,)
    if operator == "~=":
        return (*numbers[:-1], math.inf)
    if operator == "~":
        return (*numbers[:2], math.inf)
    if operator == "^":
        first = next((place for place, number in enumerate(numbers) if number), len(numbers) - 1)
        return (*numbers[: first + 1], math.inf)
    return (*numbers, math.inf) if is_any else tuple(numbers)
