"""Finds, reads and writes the Python files of a project."""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import tempfile
import tokenize
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

# Folders of tools. A virtual environment is found by its file instead of its name.
_OTHER_FOLDERS = {"__pycache__", "node_modules", "site-packages"}
# Folders of tools, but for packages of these names.
_BUILD_FOLDERS = {"build", "dist"}
_VIRTUAL_ENVIRONMENT = "pyvenv.cfg"


class SourceError(Exception):
    """A file or folder cannot be read, parsed or written.

    Args:
        path: The file or folder.
        text: What happened, and what to do.
        line: The line (1 is the first), where one is known.
    """

    def __init__(self, path: Path, text: str, line: int | None = None) -> None:
        self.path, self.text, self.line = path, text, line
        super().__init__(f"{path}{'' if line is None else f':{line}'}: {text}")


def is_python(path: Path) -> bool:
    """Whether a file is a Python module by its name."""
    return path.suffix == ".py"


def named(text: str) -> Path:
    """Return the path that an argument of a command names.

    Args:
        text: The argument.

    Raises:
        SourceError: It is empty, as a variable of the shell is that is not set. It would name the
            current folder.
    """
    if not text:
        raise SourceError(Path(), "an empty path was named; . is the current folder")
    return Path(text)


def resolved(path: Path) -> Path:
    """Return a path without symbolic links.

    Args:
        path: A file or folder.

    Raises:
        SourceError: It does not exist.
    """
    try:
        return path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise SourceError(path, f"cannot be read: {_reason(error)}") from None


def find_files(
    paths: Iterable[Path], is_wanted: Callable[[Path], bool] = is_python
) -> Iterator[Path]:
    """Yield files below folders, each once and in a stable order.

    Hidden folders, virtual environments and folders of tools are left out. A folder that symbolic
    links lead to twice is read once, so a loop of links ends.

    Args:
        paths: Files, which are yielded whatever their names are, and folders.
        is_wanted: Which files of folders are yielded.

    Raises:
        SourceError: A path does not exist, or a folder cannot be read.
    """
    seen: set[Path] = set()
    for path in paths:
        real = resolved(path)
        if path.is_dir():
            yield from _in_folder(path, seen, is_wanted)
        elif real not in seen:
            seen.add(real)
            yield path


def _in_folder(folder: Path, seen: set[Path], is_wanted: Callable[[Path], bool]) -> Iterator[Path]:
    real = folder.resolve()
    if real in seen:
        return
    seen.add(real)
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise SourceError(folder, f"cannot be read: {_reason(error)}") from None
    for entry in entries:
        if entry.is_dir():
            if not _is_other(entry):
                yield from _in_folder(entry, seen, is_wanted)
        elif is_wanted(entry) and entry.is_file() and (file := entry.resolve()) not in seen:
            seen.add(file)
            yield entry


def _is_other(folder: Path) -> bool:
    name = folder.name
    is_hidden = name.startswith(".") and name not in (".", "..")
    if is_hidden or name in _OTHER_FOLDERS or (folder / _VIRTUAL_ENVIRONMENT).exists():
        return True
    return name in _BUILD_FOLDERS and not (folder / "__init__.py").exists()


def read(path: Path) -> tuple[str, str]:
    """Read a file.

    Args:
        path: The file.

    Returns:
        Its text, with the line ends that it has, and its encoding: the one that a coding comment
        names, else UTF-8.

    Raises:
        SourceError: It cannot be read, or its bytes are not in that encoding.
    """
    try:
        return decode(path.read_bytes(), path)
    except OSError as error:
        raise SourceError(path, f"cannot be read: {_reason(error)}") from None


def decode(data: bytes, path: Path) -> tuple[str, str]:
    """Decode what a file holds.

    Args:
        data: The bytes.
        path: The file's name, for errors.

    Returns:
        The text and the encoding.

    Raises:
        SourceError: The bytes are not in the encoding of the file.
    """
    encoding = "utf-8"
    try:
        with contextlib.suppress(SyntaxError):
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        reason = f"is not {encoding}: the byte 0x{data[error.start]:02x} cannot be decoded"
        raise SourceError(
            path, f"{reason}; convert the file, or name its encoding in line 1", line
        ) from None
    if encoding == "utf-8":
        try:
            tokenize.detect_encoding(io.BytesIO(data).readline)
        except SyntaxError as error:
            raise SourceError(path, f"{error.msg}: convert the file to UTF-8", 1) from None
    return text, encoding


def write(path: Path, text: str, encoding: str) -> None:
    """Replace what a file holds; it is never half written.

    Args:
        path: The file, or a symbolic link to it, which stays one.
        text: What it will hold.
        encoding: How the text is encoded.

    Raises:
        SourceError: The text has characters that the encoding lacks, or the folder or the file is
            read-only.
    """
    target = path.resolve()
    try:
        data = codecs.encode(text, encoding)
    except UnicodeEncodeError as error:
        raise SourceError(path, f"cannot be written: {error}") from None
    try:
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(13, "the file is read-only")
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with open(handle, "wb") as file:
                file.write(data)
            mode = target.stat().st_mode if target.exists() else 0o644
            os.chmod(name, mode & 0o7777)
            os.replace(name, target)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise
    except OSError as error:
        raise SourceError(path, f"cannot be written: {_reason(error)}") from None


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
