"""Finds what stands in templates, and in the files that name a project's dependencies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

Place = tuple[int, str, str]

# Libraries, tags and filters that are gone, each with what takes its place.
_GONE_FROM_TEMPLATES = {
    "admin_static": "{% load static %}",
    "future": "no library",
    "ifequal": "{% if a == b %}",
    "ifnotequal": "{% if a != b %}",
    "length_is": "length, and ==",
    "staticfiles": "{% load static %}",
}
_TAG = re.compile(
    r"""
    \{%-? \s* load\b [^%]*? \b (?P<library>staticfiles|admin_static|future) \b
  | \{%-? \s* (?P<tag>ifequal|ifnotequal) \b
  | \| \s* (?P<filter>length_is) \b
    """,
    re.VERBOSE,
)
_REQUIREMENT = re.compile(
    r"^[ \t]*([A-Za-z][\w.-]*)(?:\[[^\]]*\])?[ \t]*([=<>!~][^#;\r\n]*)?", re.MULTILINE
)
# A specifier with an upper bound; Poetry's "^1.1" and "1.1" have one, too.
_SPECIFIER = re.compile(r"\s*(===?|~=?|<=?|\^|)\s*v?(\d+(?:\.\d+)*)")
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
# The lowest version of each that runs on today's Django.
_LOWEST = {
    "channels": (4,),
    "daphne": (4,),
    "django": (4, 2),
    "asgiref": (3, 9),
}


def is_template(path: Path) -> bool:
    """Whether a file may be a template of Django's."""
    return path.suffix in (".html", ".txt") and "templates" in path.parts


def is_requirements(path: Path) -> bool:
    """Whether a file names dependencies: for pip, setuptools, Pipenv or Poetry."""
    return path.name in _PATTERNS or _FILE.search(path.as_posix()) is not None


def find_in_template(text: str) -> Iterator[Place]:
    """Yield the tags and filters that are gone: offset, code and a text."""
    for match in _TAG.finditer(text):
        name = match["library"] or match["tag"] or match["filter"]
        yield match.start(), "CT403", f"{name}: {_GONE_FROM_TEMPLATES[name]}"


def find_in_requirements(text: str, name: str = "requirements.txt") -> Iterator[Place]:
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
            elif package in _LOWEST and version:
                highest = _highest(version)
                if highest is not None and highest < _LOWEST[package]:
                    lowest = ".".join(map(str, _LOWEST[package]))
                    shown = version if version[0] in "=<>!~^" else f" {version}"
                    yield match.start(1), "CT501", f"{written}{shown}: {lowest} or newer"


def _highest(specifiers: str) -> tuple[int, ...] | None:
    """The highest version that specifiers allow, if they name one."""
    found: list[tuple[int, ...]] = []
    for specifier in specifiers.split(","):
        match = _SPECIFIER.match(specifier)
        if match is None:
            continue
        numbers = tuple(map(int, match[2].split(".")))
        if match[1] == "<":
            # What is below 2 is at most 1.something.
            numbers = (
                (*numbers[:-1], numbers[-1] - 1)
                if numbers[-1]
                else (*numbers[:-2], numbers[-2] - 1)
            )
        found.append(numbers)
    return min(found) if found else None
