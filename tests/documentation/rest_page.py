"""The sentences of docs/explanation/rest.rst, with the rows of its table and its settings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "rest.rst"

_UNDERLINE = re.compile(r"^[=-]+$")
_ROW = re.compile(r"^   \* - (.*?)^     - (.*?)(?=^   \* - |\Z)", re.MULTILINE | re.DOTALL)
_SETTING = re.compile(r'^        ("[A-Z_]+": \S+) +# (.*)$', re.MULTILINE)


def sentences() -> Iterator[str]:
    """Yield the sentences, each on one line."""
    text = PAGE.read_text(encoding="utf-8")
    for block in text.split("\n\n"):
        lines = block.strip("\n").splitlines()
        if len(lines) > 1 and _UNDERLINE.match(lines[1]):
            continue
        if _ROW.search(block):
            # The first row has the titles.
            for waits, then in _ROW.findall(block)[1:]:
                yield f"{_on_one_line(waits)}: {_on_one_line(then)}"
        elif _SETTING.search(block):
            for setting, meaning in _SETTING.findall(block):
                yield f"{setting} {meaning}"
        elif not block.startswith(".. "):
            for item in re.split(r"^- ", block, flags=re.MULTILINE):
                yield from filter(None, re.split(r"(?<=\.) (?=[A-Z0-9`])", _on_one_line(item)))


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
