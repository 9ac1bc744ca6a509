"""The output that a page shows is what the program prints that the page names.

A comment above the block names a function of `tests.documentation.outputs`::

    .. printed by silent

    .. code-block:: text

       TimeoutError: …
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from . import outputs
from .tutorial import PAGES, matches

pytestmark = pytest.mark.django_db(transaction=True)

BLOCK = re.compile(
    r"^(?:\.\. printed by (?P<program>\w+)\n\n)?"
    r"\.\. code-block:: text\n(?:   :.*\n)*\n(?P<body>(?:(?:   .*)?\n)+)",
    re.MULTILINE,
)

# What another test compares, or what no program prints.
ELSEWHERE = {
    "howto/journey",
    "howto/prove",
    "howto/report",
    "howto/suite_record",
    "howto/upgrade",
    "tutorials/journey",
}


def shown() -> list[tuple[str, str | None, str]]:
    """Each block of output: its page, the program that prints it, and the text."""
    found = []
    for path in sorted(PAGES.rglob("*.rst")):
        page = path.relative_to(PAGES).with_suffix("").as_posix()
        for block in BLOCK.finditer(path.read_text("utf-8") + "\n"):
            lines = block["body"].strip("\n").split("\n")
            found.append((page, block["program"], "\n".join(line[3:] for line in lines)))
    return found


SHOWN = shown()
PRINTED = [(page, program, text) for page, program, text in SHOWN if program]


@pytest.mark.parametrize(
    ("program", "text"),
    [(program, text) for _, program, text in PRINTED],
    ids=[f"{page}-{program}" for page, program, _ in PRINTED],
)
def test_is_printed(program, text):
    printed = getattr(outputs, program)()
    assert matches(text, printed), printed


def test_each_output_names_its_program():
    assert {page for page, program, _ in SHOWN if not program} <= ELSEWHERE


def test_outputs_stand_in_blocks_of_their_own():
    """A literal block after ``::`` could not be compared."""
    literal = re.compile(r"::\n\n    (?:\w+(?:Error|Warning): |The record|client \S* ?-> )")
    assert [path for path in Path(PAGES).rglob("*.rst") if literal.search(path.read_text())] == []


def test_each_program_is_shown():
    names = {
        name
        for name, value in vars(outputs).items()
        if getattr(value, "__module__", "") == outputs.__name__
        and getattr(value, "__annotations__", {}) == {"return": "str"}
    }
    assert names == {program for _, program, _ in PRINTED}
