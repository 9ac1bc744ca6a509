"""Fixed names for what is random in a record: reply channels, session keys, dates of headers.

The same test gives the same record in every run, and a name that occurs twice is one name in both
places.
"""

from __future__ import annotations

import re
import sys
import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .content import Snapshot, copied

# A random name is found by its last word: "specific.inmemory!4f1d" by "4f1d".
_WORDS = re.compile(r"[A-Za-z0-9]+")
_SUFFIX = re.compile(r"[A-Za-z0-9]+\Z")

# Where an object is in memory, as its repr and that of a mock say.
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
_MOCK = re.compile(r"\bid='[0-9]{6,}'")
_DATE = r"[A-Z][a-z]{2}, [0-9]{2}[ -][A-Z][a-z]{2}[ -][0-9]{2,4} [0-9:]{8} GMT"
_EXPIRES = re.compile(rf"(?i)(expires=){_DATE}")
# Of a version that a clock or chance decides; those of names are the same in every run.
_UUID = re.compile(
    r"(?<![0-9A-Za-z])[0-9a-fA-F]{8}(-?)[0-9a-fA-F]{4}\1[1467][0-9a-fA-F]{3}\1[89abAB][0-9a-fA-F]{3}"
    r"\1[0-9a-fA-F]{12}(?![0-9A-Za-z])"
)
_FORM_TOKEN = re.compile(r"(csrfmiddlewaretoken\W+(?:value=)?\W*)\w{32,}")


# Characters of the shortest text of which these find a part.
_LEAST = 8

# The versions of UUIDs that these find, and the length of the shortest spelling.
_RANDOM = {1, 4, 6, 7}
_UUID_LENGTH = 32

# Characters of the shortest key or token: a shorter one is not random, and may be any word.
_SHORTEST = 8

# Headers whose dates a clock decides.
_CLOCKS = ("date", "expires")


# Texts that are known at one time: most that occur again do so soon.
_KNOWN = 1000


class _Texts(dict[str, str]):
    """Texts with fixed names, by what they were; each is made when it is first looked up."""

    def __init__(self, fix: Callable[[str], str]) -> None:
        super().__init__()
        self._fix = fix

    def __missing__(self, text: str) -> str:
        if len(self) == _KNOWN:
            self.clear()
        fixed = self[text] = self._fix(text)
        return fixed


class Names:
    """The fixed names of what is random in one record.

    Args:
        session_cookie: The name of the cookie that holds session keys.
        csrf_cookie: The name of the cookie that holds a CSRF token.

    Attributes:
        text: Returns a text with the fixed names; it is `fix` for a text.
    """

    def __init__(self, session_cookie: str = "sessionid", csrf_cookie: str = "csrftoken") -> None:
        self._fixed: dict[str, str] = {}
        # Random names by their last word.
        self._by_word: dict[str, list[str]] = {}
        self._shortest = sys.maxsize
        self._texts = _Texts(self._text)
        self.text: Callable[[str], str] = self._texts.__getitem__
        self._numbers = {"session": 0, "csrf": 0, "uuid": 0}
        cookies = {session_cookie: "session", csrf_cookie: "csrf"}
        self._cookies = [
            (re.compile(rf"\b{re.escape(name)}=\"?(\w{{{_SHORTEST},}})"), kind)
            for name, kind in cookies.items()
        ]

    def add(self, name: str, fixed: str) -> None:
        """Have ``fixed`` shown for a random name; the first call for a name counts."""
        if name in self._fixed:
            return
        self._fixed[name] = f"<{fixed}>"
        self._shortest = min(self._shortest, len(name))
        word = _SUFFIX.search(name)
        if word is not None:
            self._by_word.setdefault(word[0], []).append(name)
            self._by_word[word[0]].sort(key=len, reverse=True)
        self._texts.clear()

    def add_headers(self, content: Any) -> None:
        """Find the session keys, CSRF tokens and moments in the headers of a message."""
        headers = content.get("headers") if type(content) is dict else None
        for name, value in _pairs(headers) if headers else ():
            if name in ("cookie", "set-cookie"):
                for pattern, kind in self._cookies:
                    for key in pattern.findall(value):
                        self._add_numbered(key, kind)
            elif name in _CLOCKS and re.fullmatch(_DATE, value):
                self.add(value, "date")

    def _add_numbered(self, key: str, kind: str) -> str:
        if key not in self._fixed:
            self._numbers[kind] += 1
            self.add(key, f"{kind} {self._numbers[kind]}")
        return self._fixed[key]

    def fix(self, value: Any) -> Any:
        """Return ``value`` with the fixed names in all its texts; what it holds is copied."""
        try:
            return self._fix(value)
        except RecursionError:
            return self._fix(copied(value))

    def _fix(self, value: Any) -> Any:
        kind = type(value)
        if kind is str:
            return self._texts[value]
        if kind is int or kind is bool or value is None:
            return value
        fix, texts = self._fix, self._texts
        if kind is dict:
            # Most values are dicts of texts, so the calls that this saves matter.
            return {
                texts[key] if type(key) is str else fix(key): texts[item]
                if type(item) is str
                else fix(item)
                for key, item in value.items()
            }
        if kind is list:
            return [fix(item) for item in value]
        if kind is bytes:
            return fix(value.decode("latin1")).encode("latin1", "replace")
        if kind is Snapshot:
            return Snapshot(value.name, tuple([(name, fix(each)) for name, each in value.values]))
        if kind is uuid.UUID:
            return self._add_numbered(str(value), "uuid") if value.version in _RANDOM else value
        if kind in (tuple, set, frozenset):
            return kind([fix(item) for item in value])
        return value

    def _text(self, text: str) -> str:
        length = len(text)
        if length < _LEAST and length < self._shortest:
            return text
        fixed = text
        if length >= self._shortest and not self._by_word.keys().isdisjoint(_WORDS.findall(text)):
            fixed = "".join(self._pieces(text))
        if length >= _UUID_LENGTH:
            fixed = _UUID.sub(lambda found: self._add_numbered(found[0], "uuid"), fixed)
        if " 0x" in fixed:
            fixed = _ADDRESS.sub("at 0x…", fixed)
        if " id='" in fixed:
            fixed = _MOCK.sub("id='…'", fixed)
        if "xpires=" in fixed or "XPIRES=" in fixed:
            fixed = _EXPIRES.sub(r"\1<date>", fixed)
        if "csrfmiddlewaretoken" in fixed:
            fixed = _FORM_TOKEN.sub(r"\1<csrf token>", fixed)
        return fixed

    def _pieces(self, text: str) -> Iterator[str]:
        done = 0
        for word in _WORDS.finditer(text):
            for name in self._by_word.get(word[0], ()):
                start = word.end() - len(name)
                if start >= done and text.startswith(name, start):
                    yield text[done:start]
                    yield self._fixed[name]
                    done = word.end()
                    break
        yield text[done:]


def _pairs(headers: Any) -> Iterator[tuple[str, str]]:
    """The headers of a request or a response, names in lower case."""
    pairs = headers.items() if isinstance(headers, dict) else headers
    found: Iterable[Any] = pairs if isinstance(pairs, Iterable) else ()
    for pair in found:
        if isinstance(pair, list | tuple) and len(pair) == 2:
            name, value = map(_decoded, pair)
            yield name.lower(), value


def _decoded(value: Any) -> str:
    return value.decode("latin1") if isinstance(value, bytes) else str(value)
