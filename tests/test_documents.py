"""The pages of the documentation are found, and the table of the folders in one of them is true."""

from __future__ import annotations

from pathlib import Path

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


def test_the_readme_names_every_page():
    pages = {path.name for path in Path(ROOT, "docs").glob("*.rst")} - {"index.rst"}
    readme = Path(ROOT, "README.md").read_text(encoding="utf-8")
    index = Path(ROOT, "docs", "index.rst").read_text(encoding="utf-8").split()
    assert {page for page in pages if f"docs/{page}" not in readme} == set()
    assert {page for page in pages if page.removesuffix(".rst") not in index} == set()
