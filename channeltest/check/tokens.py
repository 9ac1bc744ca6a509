"""A tokenizer for Python 2 and 3 that never fails, and the imports that it finds."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from ..sources.module import canonical

_TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\r\n]*)
  | (?P<string>(?:[rbuf]|br|rb|ur|fr|rf)?
        (?:\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''
          |"(?:[^"\\\r\n]|\\(?:\r\n|.))*"|'(?:[^'\\\r\n]|\\(?:\r\n|.))*'))
  | (?P<name>[^\W\d]\w*)
  | (?P<number>\d[\w.]*)
  | (?P<newline>\r\n|\r|\n)
  | (?P<continued>\\(?:\r\n|\r|\n))
  | (?P<operator>[^\s\w])
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_STRING_OR_COMMENT = r"""
    \#[^\r\n]*
  | \"\"\"(?:[^\\]|\\.)*?\"\"\" | '''(?:[^\\]|\\.)*?'''
  | "(?:[^"\\\r\n]|\\(?:\r\n|.))*" | '(?:[^'\\\r\n]|\\(?:\r\n|.))*'
"""


def outside_strings(pattern: str) -> re.Pattern[str]:
    """Return a pattern that skips strings and comments; ``"found"`` is the group of what it finds.

    It is many times faster than tokens, where few words of a file are of interest.

    Args:
        pattern: What is looked for, as a verbose pattern.
    """
    flags = re.VERBOSE | re.DOTALL | re.MULTILINE
    return re.compile(rf"{_STRING_OR_COMMENT} | (?P<found>{pattern})", flags)


_IMPORT = outside_strings(r"(?:^|[:;])[ \t\f]*(?P<statement>from|import)\b")
_QUOTES = re.compile(r"""^[A-Za-z]*("{3}|'{3}|"|')""")
_OPENING, _CLOSING = "([{", ")]}"


class Token(NamedTuple):
    """A token.

    Attributes:
        kind: ``"name"``, ``"string"``, ``"number"``, ``"operator"`` or ``"newline"``.
        text: The token as it is written.
        start: Its offset in the text.
    """

    kind: str
    text: str
    start: int

    @property
    def value(self) -> str:
        """What is between the quotes of a string."""
        quotes = _QUOTES.match(self.text)
        return self.text[quotes.end() : -len(quotes[1])] if quotes else ""


class Import(NamedTuple):
    """An imported name.

    Attributes:
        name: The dotted name of what is imported.
        bound: The name that it has in the file.
        start: The offset of the import of this name.
    """

    name: str
    bound: str
    start: int


class Source:
    """A file as tokens.

    Args:
        text: What it holds.
        package: The dotted name of the package that relative imports begin at.

    Attributes:
        text: The same.
    """

    def __init__(self, text: str, package: str = "") -> None:
        self.text, self._package = text, package

    @cached_property
    def tokens(self) -> list[Token]:
        """The tokens, without comments and without line ends inside brackets."""
        return list(self.tokens_from(0))

    def tokens_from(self, start: int) -> Iterator[Token]:
        """Yield the tokens behind an offset, which is outside of strings and brackets."""
        depth = 0
        for match in _TOKEN.finditer(self.text, start):
            kind, text = match.lastgroup or "", match[0]
            if kind in ("comment", "continued") or (kind == "newline" and depth):
                continue
            if kind == "operator":
                depth += (text in _OPENING) - (text in _CLOSING)
                depth = max(depth, 0)
            yield Token(kind, text, match.start())

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", self.text))]

    def place(self, start: int) -> tuple[int, int]:
        """Return the line and the column of an offset; both begin at 1."""
        line = bisect_right(self._lines, start)
        return line, start - self._lines[line - 1] + 1

    def line(self, number: int) -> str:
        """Return the text of a line (1 is the first), without its end."""
        ends = [*self._lines[1:], len(self.text)]
        return self.text[self._lines[number - 1] : ends[number - 1]].rstrip("\r\n")

    @cached_property
    def imports(self) -> list[Import]:
        """The imports, wherever they stand."""
        return [*self._find_imports()]

    def _find_imports(self) -> Iterator[Import]:
        for match in _IMPORT.finditer(self.text):
            if match["found"]:
                following = self.tokens_from(match.end())
                if match["statement"] == "from":
                    yield from self._from(following)
                else:
                    yield from self._imported(following, "")

    def _from(self, tokens: Iterator[Token]) -> Iterator[Import]:
        origin = ""
        for token in tokens:
            if token.kind == "newline":
                return
            if token.text == "import":
                yield from self._imported(tokens, self._absolute(origin))
                return
            origin += token.text

    def _absolute(self, origin: str) -> str:
        dots = len(origin) - len(origin.lstrip("."))
        if not dots:
            return origin
        parts = self._package.split(".")
        return ".".join(filter(None, [*parts[: len(parts) - dots + 1], origin[dots:]]))

    def _imported(self, tokens: Iterator[Token], origin: str) -> Iterator[Import]:
        name, bound, start = "", "", -1
        for token in tokens:
            if token.kind == "newline" or token.text in (",", ";", ")"):
                if name:
                    full = f"{origin}.{name}" if origin else name
                    default = name if origin else name.partition(".")[0]
                    yield Import(canonical(full), bound or default, start)
                name, bound, start = "", "", -1
                if token.kind == "newline" or token.text == ";":
                    return
            elif token.text == "as":
                bound = "as"
            elif bound:
                bound = token.text
            elif token.kind == "name" or token.text == ".":
                name += token.text
                start = token.start if start < 0 else start
        if name:
            full = f"{origin}.{name}" if origin else name
            yield Import(canonical(full), bound or name, start)
