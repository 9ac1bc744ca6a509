"""The pages of the documentation are found, and the table of the folders in one of them is true."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import channeltest
from channeltest import cli
from scripts import channels1_names, command_help
from scripts.folders import ROOT, levels, source_of, table

NAMES = [name for level in levels() for name in level]


def test_each_name_has_a_source():
    assert all(source_of(name).exists() for name in NAMES)


def test_each_folder_of_the_package_is_named():
    folders = {path.parent.name for path in Path(ROOT, "channeltest").glob("*/__init__.py")}
    assert folders - {"management"} <= set(NAMES)


def test_the_table_says_what_each_does():
    lines = list(table())
    assert [line for line in lines if line.startswith("   * - ")] == [
        f"   * - ``{name}{'' if source_of(name).stem == name else '/'}``" for name in NAMES
    ]
    assert sum(line.startswith("     - ") for line in lines) == len(NAMES)


def test_the_readme_and_the_index_name_every_page():
    docs = Path(ROOT, "docs")
    pages = {
        path.relative_to(docs).as_posix()
        for path in docs.rglob("*.rst")
        if "_build" not in path.parts and path.parent.name != "dialect"
    } - {"index.rst"}
    readme = Path(ROOT, "README.md").read_text(encoding="utf-8")
    index = Path(docs, "index.rst").read_text(encoding="utf-8").split()
    assert {page for page in pages if f"docs/{page}" not in readme} == set()
    assert {page for page in pages if page.removesuffix(".rst") not in index} == set()


def documented():
    """The objects that the pages describe with autodoc's directives."""
    found = []
    for page in Path(ROOT, "docs").rglob("*.rst"):
        module = ""
        for line in page.read_text(encoding="utf-8").splitlines():
            directive, _, name = line.partition(":: ")
            if directive in (".. currentmodule", ".. module", ".. py:module"):
                module = name
            elif directive.startswith(".. auto") or directive == ".. data":
                found += [imported(name) or imported(f"{module}.{name}")]
    return found


def imported(name):
    """The object of a dotted name, or `None`."""
    module, _, attribute = name.rpartition(".")
    try:
        return getattr(importlib.import_module(module), attribute, None)
    except (ImportError, ValueError):
        return None


def test_every_public_name_is_described():
    described = documented()
    names = [name for name in channeltest.__all__ if getattr(channeltest, name) not in described]
    assert names == []


def test_the_index_has_every_name_of_channels_1():
    rows = "\n".join(channels1_names.table())
    for module, names in channels1_names.recorded().items():
        row = rows.partition(f"   * - ``{module}``\n")[2].partition("   * - ")[0]
        assert all(row.count(f"``{name}``") == 1 for name in names), module


def test_every_option_is_described():
    page = Path(ROOT, "docs", "reference", "commands.rst").read_text(encoding="utf-8")
    sources = "\n".join(path.read_text() for path in Path(ROOT, "channeltest").rglob("*.py"))
    options = set(re.findall(r'"(--channeltest-[a-z]+)"|_IN\w+ = "(\w+)"', sources))
    options |= set(re.findall(r'"(CHANNELTEST_(?!PARTS)[A-Z]+)"()', sources))
    names = {name for pair in options for name in pair if name}
    assert len(names) >= 8
    assert {name for name in names if name not in page} == set()


def test_the_help_of_every_command_is_shown():
    lines = [*command_help.lines()]
    for name in cli.COMMANDS:
        assert f"    usage: channeltest {name} [-h]" in "\n".join(lines)
    assert "``--threads``" in lines and "``--sleep``" in lines and "``--verbosity``" not in lines
