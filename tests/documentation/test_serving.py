"""The page of the served project quotes the log as it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "howto" / "serving.rst").read_text("utf-8")
TABLE = PAGE.partition("- the log\n")[2].partition("\nThe log names")[0]
QUOTED = [text for text in re.findall(r"``(.+?)``", TABLE) if " " in text]


def texts() -> str:
    """All string constants of what serves, in one line each."""
    sources = [
        path.read_text("utf-8")
        for folder in ("serving", "layers", "redis", ".")
        for path in (ROOT / "compat" / folder).glob("*.py")
    ]
    return re.sub(r'"\s*\n\s*"', "", "\n".join(sources))


def test_there_are_some():
    assert len(QUOTED) > 10


@pytest.mark.parametrize("quoted", QUOTED)
def test_the_code_has_it(quoted):
    pattern = re.sub(r"…|1011|(?<= )5(?= )", "@", quoted)
    parts = [re.escape(part.strip(" ,")) for part in pattern.split("@") if part.strip(" ,")]
    assert re.search(".{0,12}".join(parts), texts())
