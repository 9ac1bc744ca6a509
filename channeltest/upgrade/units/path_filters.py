"""Which paths the filters of routes let through.

1.x matches each filter with `re.match`; what an ``include`` takes is cut off before the routes that
it includes are tried.
"""

from __future__ import annotations

import re

# The filters that a path passes one after the other; ``None`` lets every path through.
Filters = tuple[str | None, ...]

_META = re.compile(r"[\\.^$*+?{}\[\]|()]")


def fixed_part(regex: str | None) -> str:
    """Return the text that every match of a filter begins with.

    Args:
        regex: The filter, or ``None`` if there is none.
    """
    if regex is None or "|" in regex:
        return ""
    regex = regex.removeprefix("^")
    found = _META.search(regex)
    if found is None:
        return regex
    end = found.start() - (found[0] in "*?{")
    return regex[: max(end, 0)]


def are_apart(first: Filters, second: Filters) -> bool:
    """Whether no path passes the filters of both.

    Args:
        first: The filters of one route, those of the lists that include it first.
        second: The filters of the other.
    """
    one, is_only = _beginning(first)
    other, is_only_other = _beginning(second)
    length = min(len(one), len(other))
    if one[:length] != other[:length]:
        return True
    if is_only:
        return not _passes(one, second)
    return is_only_other and not _passes(other, first)


def _beginning(filters: Filters) -> tuple[str, bool]:
    """What every path begins with that passes, and whether only one path passes."""
    text = ""
    for number, regex in enumerate(filters, 1):
        fixed = fixed_part(regex)
        text += fixed
        if regex is None or regex.removeprefix("^") != fixed:
            is_whole = regex is not None and regex.removeprefix("^") == f"{fixed}$"
            return text, is_whole and number == len(filters)
    return text, False


def _passes(path: str, filters: Filters) -> bool:
    for regex in filters:
        try:
            found = re.match(regex or "", path)
        except re.error:
            return True
        if found is None:
            return False
        path = path[found.end() :]
    return True
