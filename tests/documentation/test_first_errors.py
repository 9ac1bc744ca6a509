"""The page of the first errors quotes errors as they are."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from .tutorial import PAGES

ROOT = PAGES.parent
PAGE = (PAGES / "howto" / "first_errors.rst").read_text("utf-8")
TERMS = re.findall(r"^``(\w[\w.]*): (.+?)``", PAGE, re.MULTILINE)

# Packages whose errors are quoted, besides Python's own.
OTHERS = ("channels", "django", "pytest_django", "redis")
PYTHONS = ("No module named", "cannot import name")


def sources() -> str:
    """All texts of ours and of the others, with strings over several lines joined."""
    found = [path for folder in ("channeltest", "compat") for path in (ROOT / folder).rglob("*.py")]
    for name in OTHERS:
        spec = importlib.util.find_spec(name)
        if spec and spec.origin:
            folder = Path(spec.origin).parent
            found += [*folder.glob("*.py"), *folder.glob("conf/*.py"), *folder.glob("asyncio/*.py")]
    text = "\n".join(path.read_text("utf-8") for path in found)
    return re.sub(r'"\s*\n\s*f?"', "", text)


@pytest.fixture(scope="module")
def texts() -> str:
    return sources()


@pytest.mark.parametrize(("kind", "text"), TERMS)
def test_the_text_is_raised(kind, text, texts):
    if text.startswith(PYTHONS):
        return
    # Names that the code fills in.
    words = re.split(
        r"RedisChannelLayer|asgi_ipc\.IPCChannelLayer|for default|Error 111 connecting to .*"
        r"|setting INSTALLED_APPS|…|\"",
        text,
    )
    assert all(word.strip(" ,'") in texts for word in words), words


def test_there_are_some():
    assert len(TERMS) > 8
