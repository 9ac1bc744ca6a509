"""Finds what stands in files that are no Python: templates and requirements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_LOAD = re.compile(r"\{%-?\s*load\b[^%]*?\b(staticfiles|admin_static)\b")
_REQUIREMENT = re.compile(
    r"^[ \t]*([A-Za-z][\w.-]*)(?:\[[^\]]*\])?[ \t]*([=<>!~][^#;\r\n]*)?", re.MULTILINE
)
_FILE = re.compile(
    r"(^|/)(requirements|constraints)[^/]*\.(txt|in)$|(^|/)requirements/[^/]+\.(txt|in)$"
)

# Packages that never came to today's Channels, each with what has its place.
_GONE = {
    "asgi-redis": "channels_redis",
    "asgi-ipc": "channels.layers.InMemoryChannelLayer, or channels_redis",
    "asgi-rabbitmq": "channels_redis",
    "channels-api": "nothing: it was never ported",
    "django-channels-presence": "nothing: it was never ported",
}
# The lowest version of each that runs on today's Django.
_LOWEST = {
    "channels": (4,),
    "daphne": (4,),
    "django": (4, 2),
    "asgiref": (3, 9),
    "msgpack-python": (10**6,),
}


def is_template(path: Path) -> bool:
    """Whether a file may be a template of Django's."""
    return path.suffix in (".html", ".txt") and "templates" in path.parts


def is_requirements(path: Path) -> bool:
    """Whether a file lists requirements for pip."""
    return _FILE.search(path.as_posix()) is not None


def find_in_template(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield the tags that are gone: offset, code and a text."""
    for match in _LOAD.finditer(text):
        yield match.start(), "CT403", f"{{% load {match[1]} %}}"


def find_in_requirements(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield the requirements that hold a project back: offset, code and a text."""
    for match in _REQUIREMENT.finditer(text):
        name = re.sub(r"[-_.]+", "-", match[1]).lower()
        if name in _GONE:
            yield match.start(1), "CT501", f"{match[1]}: {_GONE[name]} has its place"
        elif name in _LOWEST and match[2]:
            version = _highest(match[2])
            if version is not None and version < _LOWEST[name]:
                lowest = ".".join(map(str, _LOWEST[name]))
                yield match.start(1), "CT501", f"{match[1]}{match[2].strip()}: {lowest} or newer"


def _highest(specifiers: str) -> tuple[int, ...] | None:
    """The highest version that specifiers allow, if they name one."""
    found: list[tuple[int, ...]] = []
    for operator, version in re.findall(r"(===?|~=|<=?)\s*v?(\d+(?:\.\d+)*)", specifiers):
        numbers = tuple(map(int, version.split(".")))
        if operator == "<":
            # What is below 2 is at most 1.something.
            numbers = (
                (*numbers[:-1], numbers[-1] - 1)
                if numbers[-1]
                else (*numbers[:-2], numbers[-2] - 1)
            )
        found.append(numbers)
    return min(found) if found else None
