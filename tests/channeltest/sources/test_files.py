from __future__ import annotations

import os
from pathlib import Path

import pytest

from channeltest.sources.files import SourceError, find_files, read, write


def names(folder, *paths):
    found = find_files(paths or [folder])
    return [path.relative_to(folder).as_posix() for path in found]


def make(folder, *files):
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")


def test_python_files_in_order(tmp_path):
    make(tmp_path, "b.py", "a/c.py", "a/notes.txt", "a.py")
    assert names(tmp_path) == ["a/c.py", "a.py", "b.py"]


def test_other_folders(tmp_path):
    make(tmp_path, ".git/a.py", "env/pyvenv.cfg", "env/lib/a.py", "node_modules/a.py", "x/a.py")
    assert names(tmp_path) == ["x/a.py"]


def test_a_package_may_be_called_build(tmp_path):
    make(tmp_path, "build/lib/a.py", "dist/__init__.py", "dist/a.py")
    assert names(tmp_path) == ["dist/__init__.py", "dist/a.py"]


def test_a_loop_of_links_ends(tmp_path):
    make(tmp_path, "a/b.py")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    assert names(tmp_path) == ["a/b.py"]


def test_a_link_to_itself(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "a")
    with pytest.raises(SourceError, match="cannot be read"):
        names(tmp_path, tmp_path / "a")


def test_a_file_is_found_once(tmp_path):
    make(tmp_path, "a.py")
    assert names(tmp_path, tmp_path / "a.py", tmp_path) == ["a.py"]


def test_a_path_that_does_not_exist(tmp_path):
    with pytest.raises(SourceError, match=r"nowhere: cannot be read: No such file"):
        names(tmp_path, tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        ("x = 'é'\r\n".encode(), "x = 'é'\r\n", "utf-8"),
        ("\ufeffx = 1\n".encode(), "x = 1\n", "utf-8-sig"),
        (
            "# coding: latin-1\nx = 'é'\n".encode("latin-1"),
            "# coding: latin-1\nx = 'é'\n",
            "iso-8859-1",
        ),
    ],
)
def test_read_and_write_back(tmp_path, data, text, encoding):
    file = tmp_path / "a.py"
    file.write_bytes(data)
    assert read(file) == (text, encoding)
    write(file, text, encoding)
    assert file.read_bytes() == data


def test_not_utf8(tmp_path):
    file = tmp_path / "a.py"
    file.write_bytes(b"x = 1\ny = '\xe9'\n")
    with pytest.raises(SourceError, match=r"a.py:2: is not utf-8: the byte 0xe9 cannot be decoded"):
        read(file)


def test_an_encoding_that_does_not_exist(tmp_path):
    file = tmp_path / "a.py"
    file.write_bytes(b"# coding: klingon\n")
    with pytest.raises(SourceError, match=r"a.py:1: unknown encoding"):
        read(file)


def test_write_keeps_the_mode_and_the_link(tmp_path):
    file = tmp_path / "a.py"
    file.write_text("x = 1\n")
    file.chmod(0o754)
    (tmp_path / "b.py").symlink_to(file)
    write(tmp_path / "b.py", "x = 2\n", "utf-8")
    assert (tmp_path / "b.py").is_symlink()
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("x = 2\n", 0o754)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.py", "b.py"]


def test_write_fails_whole(tmp_path, monkeypatch):
    file = tmp_path / "a.py"
    file.write_text("x = 1\n")

    def refuse(*args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(SourceError, match="cannot be written: Permission denied"):
        write(file, "x = 2\n", "utf-8")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a.py", "x = 1\n")]


def test_a_character_that_the_encoding_lacks(tmp_path):
    with pytest.raises(SourceError, match="cannot be written"):
        write(tmp_path / "a.py", "x = '€'", "latin-1")
    assert not [*tmp_path.iterdir()]


def test_an_error_without_a_line():
    assert str(SourceError(Path("a.py"), "is odd")) == "a.py: is odd"
