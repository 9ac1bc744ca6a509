"""The steps of a transcript, read from its lines."""

from __future__ import annotations

from collections.abc import Iterator

# What begins the line of an effect; that of the step itself has none.
INDENT = "    "


def blocks(lines: list[str]) -> Iterator[list[str]]:
    """Yield the steps of a transcript, each with its effects."""
    block: list[str] = []
    for line in lines:
        if block and not line.startswith(INDENT):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def heading_of(block: list[str]) -> str:
    """Return the line of the step itself; ``""`` for what happens before the first."""
    return "" if not block or block[0].startswith(INDENT) else block[0]


def place_of(line: str) -> str:
    """Return what an effect went to."""
    text = line.strip()
    if text.startswith("!"):
        return "!"
    return text.partition(" <- " if " <- " in text else ": ")[0]
