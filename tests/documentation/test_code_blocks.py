"""Python on the pages can be parsed, and what it imports from Channels and channeltest is there."""

from __future__ import annotations

import ast
import importlib
import re
import textwrap
from collections.abc import Iterator

import pytest

from .tutorial import BLOCK, PAGES

ROOT = PAGES.parent
LITERAL = re.compile(r"::\n\n(?P<body>(?:(?:    .*)?\n)+)")
FENCED = re.compile(r"```python\n(?P<body>.*?)```", re.DOTALL)
BEGINS = re.compile(r"\s*(?:from|import|class|def|async|with|\w+\()\b.*")


def blocks() -> Iterator[tuple[str, str]]:
    """Each block of Python: its page, and the text."""
    for path in sorted(PAGES.rglob("*.rst")):
        name = path.relative_to(ROOT).as_posix()
        text = path.read_text("utf-8") + "\n"
        for block in BLOCK.finditer(text):
            if block["language"] == "python":
                yield name, textwrap.dedent(block["body"])
        for block in LITERAL.finditer(text):
            if BEGINS.match(block["body"].lstrip("\n")):
                yield name, textwrap.dedent(block["body"])
    for block in FENCED.finditer((ROOT / "README.md").read_text("utf-8")):
        yield "README.md", block["body"]


BLOCKS = [pytest.param(text, id=f"{name}-{number}") for number, (name, text) in enumerate(blocks())]


def parsed(text: str) -> ast.Module:
    """The syntax tree; ``await`` may stand outside of a function, and ``…`` is what is left out."""
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    return compile(text.replace("…", "..."), "<page>", "exec", flags)


@pytest.mark.parametrize("text", BLOCKS)
def test_can_be_parsed(text):
    parsed(text)


@pytest.mark.parametrize("text", BLOCKS)
def test_imports_are_there(text):
    for node in ast.walk(parsed(text)):
        if not isinstance(node, ast.ImportFrom) or node.module is None:
            continue
        if node.module.partition(".")[0] in ("channels", "channeltest"):
            module = importlib.import_module(node.module)
            for alias in node.names:
                if not hasattr(module, alias.name):
                    importlib.import_module(f"{node.module}.{alias.name}")


def test_there_are_some():
    assert len(BLOCKS) > 60
