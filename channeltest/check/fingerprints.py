"""Identifies findings in a way that lines inserted above them do not change."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from ..sources.files import SourceError, read, write
from ..upgrade.outcome import Finding

VERSION = 1


def relative(path: Path, root: Path) -> str:
    """Return a path from a folder, with slashes; one that lies elsewhere stays whole."""
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.resolve().as_posix()


def fingerprints(findings: Iterable[Finding], root: Path) -> dict[Finding, str]:
    """Return the fingerprint of each finding: of its file, its code and the text of its line.

    Equal lines are told apart by their order.

    Args:
        findings: The findings.
        root: The folder that paths are relative to.

    Raises:
        SourceError: A file cannot be read.
    """
    findings = sorted(findings)
    names = {path: relative(path, root) for path in {each.path for each in findings}}
    lines: dict[Path, list[str]] = {}
    seen: Counter[tuple[str, str, str]] = Counter()
    found = {}
    for each in findings:
        if each.path not in lines:
            lines[each.path] = read(each.path)[0].splitlines()
        texts = lines[each.path]
        text = texts[each.line - 1].strip() if each.line <= len(texts) else ""
        key = (names[each.path], each.code, text)
        seen[key] += 1
        digest = hashlib.sha256("\0".join([*key, str(seen[key])]).encode())
        found[each] = digest.hexdigest()[:32]
    return found


def read_baseline(path: Path) -> set[str]:
    """Return the fingerprints of a baseline file.

    Raises:
        SourceError: It cannot be read, or is no baseline file of this version.
    """
    text, _ = read(path)
    try:
        content = json.loads(text)
        if content["version"] == VERSION:
            return {each["fingerprint"] for each in content["findings"]}
    except (ValueError, TypeError, KeyError):
        pass
    raise SourceError(path, "is no baseline of this version: write it anew with --write-baseline")


def write_baseline(path: Path, found: dict[Finding, str], root: Path) -> None:
    """Write the findings that are accepted from now on.

    Args:
        path: The file.
        found: The findings with their fingerprints.
        root: The folder that paths are relative to.

    Raises:
        SourceError: It cannot be written.
    """
    entries = [
        {"code": each.code, "path": relative(each.path, root), "fingerprint": digest}
        for each, digest in sorted(found.items())
    ]
    content = {"version": VERSION, "findings": entries}
    write(path, json.dumps(content, indent=1) + "\n", "utf-8")
