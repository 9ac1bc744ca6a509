"""Decides whether a transcript of ours equals the original's."""

from __future__ import annotations

import difflib
from typing import Any

from tests.differential.transcripts import Entries, render


def equal(theirs: Any, ours: Any) -> bool:
    """Equal values; an exception may be of a subclass, and its text go on to say what to do."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        if theirs.keys() != ours.keys():
            return False
        if "raises" in theirs and "bases" in theirs:
            return _equal_exceptions(theirs, ours)
        return all(equal(theirs[key], ours[key]) for key in theirs)
    if isinstance(theirs, list) and isinstance(ours, list):
        return len(theirs) == len(ours) and all(map(equal, theirs, ours))
    return type(theirs) is type(ours) and bool(theirs == ours)


def _equal_exceptions(theirs: dict[str, Any], ours: dict[str, Any]) -> bool:
    """Whoever catches the original's type catches ours; a test of the text's beginning passes."""
    caught = {theirs["raises"], *theirs["bases"]} <= {ours["raises"], *ours["bases"]}
    return bool(caught and ours.get("text", "").startswith(theirs.get("text", "")))


def difference(theirs: Entries, ours: Entries) -> str:
    """A readable diff, empty when the transcripts are equal."""
    if equal(theirs, ours):
        return ""
    lines = difflib.unified_diff(
        render(theirs).splitlines(),
        render(ours).splitlines(),
        "channels 1.1.8",
        "channeltest",
        lineterm="",
        n=4,
    )
    return "\n".join(lines)
