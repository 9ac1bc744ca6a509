"""Files with the records of a suite: JSON lines, sorted by test, the same in every run.

The first line is ``{"schema": "channeltest.suite", "version": 1, "channels": …, "django": …}``, the
last one ``{"tests": <their number>}``, with ``"uncovered"`` if the run was asked for what no test
reaches. Between them are the records, as
`channeltest.record.schema.dumps` writes them.
"""

from __future__ import annotations

import errno
import importlib.metadata
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ...record.schema import Record, loads

NAME = "channeltest.suite"
VERSION = 1

_PACKAGES = ("channels", "django")

# Where a record begins.
_STARTS = re.compile(r'^(?={"schema": )', re.MULTILINE)


class UnreadableRecord(ValueError):
    """A file cannot be read, is no record of a suite or of another layout, or was cut off."""


class UnwritableRecord(ValueError):
    """A record cannot be written where it should be."""


class Stored(Mapping[str, Record]):
    """Records as texts; each is read when it is asked for.

    Args:
        text: The records, as `channeltest.record.schema.dumps` writes them; of several of one test
            the last one counts.

    Attributes:
        texts: The text of each by the name of its test.
    """

    def __init__(self, text: str) -> None:
        parts = [part for part in _STARTS.split(text) if part]
        self.texts = {json.loads(part.partition("\n")[0])["test"]: part for part in parts}

    def __getitem__(self, test: str) -> Record:
        """Return the record of a test."""
        return loads(self.texts[test])[0]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names."""
        return iter(self.texts)

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self.texts)


def write(path: Path, text: str, uncovered: Iterable[str] = ()) -> None:
    """Write records to a file, which is the old one or the new one at every moment.

    Args:
        path: The file.
        text: The records, as for `Stored`.
        uncovered: What no test reaches, as text.
    """
    texts = Stored(text).texts
    head = {"schema": NAME, "version": VERSION, **versions()}
    tail = {"tests": len(texts), **({"uncovered": list(uncovered)} if uncovered else {})}
    records = "".join(texts[test] for test in sorted(texts))
    text = f"{json.dumps(head)}\n{records}{json.dumps(tail)}\n"
    new = _new(path)
    try:
        new.write_text(text, encoding="utf-8")
        os.replace(new, path)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise UnwritableRecord(f"{path} cannot be written: {error.strerror}") from error


def check_writable(path: Path) -> None:
    """Check, before a suite runs, that its record can be written in the end.

    Args:
        path: The file.

    Raises:
        UnwritableRecord: It cannot.
    """
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        _new(path).touch()
        _new(path).unlink()
    except OSError as error:
        raise UnwritableRecord(f"{path} cannot be written: {error.strerror}") from error


def _new(path: Path) -> Path:
    return path.with_name(f"{path.name}.new")


def versions(path: Path | None = None) -> dict[str, str]:
    """Return the versions of Channels and Django that a file was recorded on.

    Args:
        path: The file; those that are installed by default.

    Raises:
        OSError: It cannot be read.
    """
    if path is None:
        return {name: importlib.metadata.version(name) for name in _PACKAGES}
    with path.open(encoding="utf-8") as file:
        head = _object(file.readline())
    return {name: str(head.get(name, "")) for name in _PACKAGES}


def uncovered(path: Path) -> list[str]:
    """Return what no test reached when a file was recorded; nothing if that was not asked for.

    Args:
        path: The file, which `read` can read.
    """
    last = path.read_text(encoding="utf-8").splitlines()[-1]
    lines = _object(last).get("uncovered", [])
    return [str(each) for each in lines] if isinstance(lines, list) else []


def read(path: Path) -> dict[str, Record]:
    """Return the records of a file by the names of their tests.

    Args:
        path: The file.

    Raises:
        UnreadableRecord: It cannot be read, is no record of this layout, or was cut off.
    """
    try:
        first, *lines = path.read_text(encoding="utf-8").splitlines() or [""]
    except OSError as error:
        raise UnreadableRecord(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UnreadableRecord(f"{path} is no record of a suite: it is not UTF-8") from error
    head = _object(first)
    if head.get("schema") != NAME:
        raise UnreadableRecord(f"{path} is no record of a suite: its first line is {first!r:.80}")
    if head.get("version") != VERSION:
        raise UnreadableRecord(
            f"{path} has layout {head.get('version')!r}, and layout {VERSION} is read here: record "
            "it again"
        )
    tests = _object(lines[-1]).get("tests") if lines else None
    if tests is None:
        raise UnreadableRecord(f"{path} was cut off: its last line does not say how many tests")
    try:
        records = loads("".join(f"{line}\n" for line in lines[:-1]), 2)
    except ValueError as error:
        raise UnreadableRecord(f"{path}: {error}") from error
    if len(records) != tests:
        raise UnreadableRecord(f"{path} has {len(records)} of {tests} tests: lines are missing")
    return {record.test: record for record in records}


def _object(line: str) -> Mapping[str, object]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
