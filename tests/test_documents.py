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
