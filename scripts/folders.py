"""The folders of the package from the top down; ``docs/explanation/architecture.rst`` has them.

The order is the one that import-linter checks; what each folder does is its docstring.
"""

from __future__ import annotations

import ast
import configparser
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def levels() -> list[list[str]]:
    """Return the names in ``channeltest/`` from the top down, those of one level together."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg")
    lines = parser["importlinter:contract:folders"]["layers"].split("\n")
    return [line.replace(" ", "").split("|") for line in lines if line.strip()]


def source_of(name: str) -> Path:
    """Return the file whose docstring says what a module or a folder does."""
    folder = ROOT / ("compat" if name == "compat" else f"channeltest/{name}")
    module = folder.with_suffix(".py")
    return module if module.exists() else folder / "__init__.py"


def table() -> Iterator[str]:
    """Yield the lines of the folders as a table in reStructuredText."""
    yield from (".. list-table::", "   :widths: 20 80", "")
    for level in levels():
        for name in level:
            source = source_of(name)
            text = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""
            # Not every name has a page to refer to.
            text = re.sub(r"(?<!`)`([^`]+)`(?!`)", r"``\1``", text)
            kind = "" if source.name == f"{name}.py" else "/"
            yield f"   * - ``{name}{kind}``"
            lines = [line or "" for line in text.splitlines()]
            for number, line in enumerate(lines):
                yield f"     {'-' if number == 0 else ' '} {line}".rstrip()
