"""Path filters of Channels 1 as patterns of a ``URLRouter``.

1.x matched a filter with `re.match` against the whole path, or against what the prefix of an
``include`` had left. A ``URLRouter`` takes the slashes at the beginning away and searches, so the
slash of a pattern goes and its anchor stays.
"""

from __future__ import annotations

import ast
import re
from typing import Literal

from ...sources.module import Module

# How a filter begins: with a slash, perhaps with one, with something else, or it fits every path.
Start = Literal["slash", "optional", "bare", "open"]

_SLASH = re.compile(r"\\?/(?![*+{])\??")
_SET = re.compile(r"\[\^?\]?(?:\\.|[^]\\])*\]")
_EVERY = {"", ".*", ".*$"}


class UnknownPath(Exception):
    """A path filter has no pattern that is known to find the same.

    Args:
        reason: Why, as the end of a sentence.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def _body(regex: str) -> str:
    """A filter without its anchor.

    Raises:
        UnknownPath: It has flags or alternatives, so its beginning does not stand for all of it.
    """
    if "(?i" in regex or re.search(r"\(\?[aiLmsux-]+[:)]", regex):
        raise UnknownPath("its path filter has flags")
    if _has_alternatives(regex):
        raise UnknownPath("its path filter has alternatives")
    return regex.removeprefix("^").removeprefix(r"\A")


def _has_alternatives(regex: str) -> bool:
    """Whether ``|`` stands outside of groups and sets."""
    bare = re.sub(r"\\.", "", _SET.sub("", regex))
    depth = 0
    for char in bare:
        depth += (char == "(") - (char == ")")
        if char == "|" and not depth:
            return True
    return False


def start_of(regex: str | None) -> Start:
    """Return how a filter begins.

    Args:
        regex: The filter, or ``None`` if there is none.

    Raises:
        UnknownPath: That is not known.
    """
    body = _body(regex or "")
    if body in _EVERY:
        return "open"
    if found := _SLASH.match(body):
        return "optional" if found[0].endswith("?") else "slash"
    if not body[0].isalnum():
        raise UnknownPath("its path filter begins with something else than a slash")
    return "bare"


def without_slash(regex: str | None) -> str:
    """Return the pattern for a filter, without its slash.

    Args:
        regex: The filter, or ``None`` if there is none.

    Raises:
        UnknownPath: It has none.
    """
    start = start_of(regex)
    if start == "open":
        return ""
    body = _body(regex or "")
    return "^" + (body[_SLASH.match(body).end() :] if start in ("slash", "optional") else body)  # type: ignore[union-attr]


def with_slash_behind(prefix: str) -> str:
    """Return the pattern of a prefix that takes the slash of what follows, too.

    1.x took the first match of the prefix. With a slash behind it there is one match only, if what
    is in front of the slash always has the same number of slashes.

    Args:
        prefix: The pattern of an ``include``, without the slash at its beginning.

    Raises:
        UnknownPath: The prefix may take more, or less, of the path then.
    """
    if prefix.endswith("/"):
        raise UnknownPath("its prefix and what it includes have a slash each")
    rest = re.sub(r"\\[wd.\-/]", "", prefix)
    sets = _SET.findall(rest)
    rest = re.sub(r"\(\?P<\w+>", "(", _SET.sub("", rest))
    takes_slash = any(re.match(each, "/") for each in sets)
    if takes_slash or re.search(r"[\\.|$]|[*+?}]\?|/[*+?{]|\)[*+?{]|\(\?|\([^)]*/", rest):
        raise UnknownPath("what its prefix leaves of the path is not known")
    return prefix + "/"


def respelled(module: Module, node: ast.expr, pattern: str, before: str) -> str | None:
    """Return a pattern as the expression of its filter, whose first literal loses the slash.

    Args:
        module: The module of the filter.
        node: The filter, texts with ``+`` or ``%`` between them.
        pattern: The pattern.
        before: The text of the filter.

    Returns:
        The expression; ``None`` if the pattern differs from the filter in more than its beginning.
    """
    first = node
    while isinstance(first, ast.BinOp):
        first = first.left
    if first is node or not isinstance(first, ast.Constant) or not isinstance(first.value, str):
        return None
    # What both end with begins behind the slash that the filter has, and the pattern lacks.
    size = len(before) - len(pattern)
    found = re.match(r"(\^|\\A)?\\?/\??", first.value)
    if found is None or size <= 0 or before[found.end() :] != pattern[found.end() - size :]:
        return None
    text = spelled(pattern[: found.end() - size] + first.value[found.end() :], module.source(first))
    return text + module.text[module.span(first)[1] : module.span(node)[1]]


def spelled(pattern: str, before: str) -> str:
    """Return a pattern as a string literal.

    Args:
        pattern: The pattern.
        before: The literal that it replaces, whose quotes it gets; it may be another expression.
    """
    quote = before[-1:] if before[-1:] in ("'", '"') and before[-3:-2] != before[-1:] else '"'
    if quote in pattern or pattern.endswith("\\") or "\n" in pattern:
        return repr(pattern)
    return f"r{quote}{pattern}{quote}"
