"""The findings as text, JSON and SARIF 2.1.0."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from urllib.parse import quote

from ..upgrade.outcome import Finding
from .catalogue import CODES
from .fingerprints import relative

_COLOURS = {"automatic": "32", "by hand": "33", "cannot be had": "31"}
_LEVELS = {"automatic": "note", "by hand": "warning", "cannot be had": "error"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

Findings = dict[Finding, str]


def as_text(found: Findings, root: Path, colourful: bool) -> str:
    """Return a line for each finding, and how many there are of each kind.

    Args:
        found: The findings with their fingerprints.
        root: The folder that paths are relative to.
        colourful: Whether the kinds are coloured, for a terminal.
    """
    lines, names = [], _names(found, root)
    for each in found:
        colour = _COLOURS[each.kind]
        kind = f"\x1b[{colour}m{each.kind}\x1b[0m" if colourful else each.kind
        place = f"{names[each.path]}:{each.line}:{each.column}"
        lines.append(f"{place}: {each.code} {kind}: {each.text}\n")
    count: Counter[str] = Counter(each.kind for each in found)
    summary = ", ".join(f"{count[kind]} {kind}" for kind in _COLOURS)
    return "".join([*lines, f"{summary}.\n"])


def as_json(found: Findings, root: Path, colourful: bool = False) -> str:
    """Return the findings as JSON.

    Args:
        found: The findings with their fingerprints.
        root: The folder that paths are relative to.
        colourful: Of no interest here.
    """
    names = _names(found, root)
    entries = [
        {
            "code": each.code,
            "kind": each.kind,
            "path": names[each.path],
            "line": each.line,
            "column": each.column,
            "text": each.text,
            "page": CODES[each.code].page(each.code),
            "fingerprint": digest,
        }
        for each, digest in found.items()
    ]
    return json.dumps({"version": 1, "findings": entries}, indent=1) + "\n"


def as_sarif(found: Findings, root: Path, colourful: bool = False) -> str:
    """Return the findings as SARIF, for what shows them beside the code.

    Args:
        found: The findings with their fingerprints.
        root: The folder that URIs are relative to.
        colourful: Of no interest here.
    """
    names = _names(found, root)
    codes = sorted({each.code for each in found})
    rules = [
        {
            "id": code,
            "shortDescription": {"text": CODES[code].title},
            "help": {"text": f"{CODES[code].title}: {CODES[code].reason}"},
        }
        for code in codes
    ]
    results = [
        {
            "ruleId": each.code,
            "ruleIndex": codes.index(each.code),
            "level": _LEVELS[each.kind],
            "message": {"text": f"{each.kind}: {each.text}"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": quote(names[each.path])},
                        "region": {"startLine": each.line, "startColumn": each.column},
                    }
                }
            ],
            "partialFingerprints": {"channeltest/v1": digest},
        }
        for each, digest in found.items()
    ]
    driver = {"name": "channeltest", "rules": rules}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _names(found: Findings, root: Path) -> dict[Path, str]:
    """The paths as they are shown."""
    return {path: relative(path, root) for path in {each.path for each in found}}


FORMATS = {"text": as_text, "json": as_json, "sarif": as_sarif}
