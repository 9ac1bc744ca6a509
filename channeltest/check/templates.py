"""Finds what is gone from Django's template language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

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


def is_template(path: Path) -> bool:
    """Whether a file may be a template of Django's."""
    return path.suffix in (".html", ".txt") and "templates" in path.parts


def find(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield the tags and filters that are gone: offset, code and a text.

    Args:
        text: A template.
    """
    for match in _TAG.finditer(text):
        name = match["library"] or match["tag"] or match["filter"]
        yield match.start(), "CT403", f"{name}: {_GONE_FROM_TEMPLATES[name]}"
