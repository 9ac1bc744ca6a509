"""Where the committed transcripts are, and who runs the programs that they are compared with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TRANSCRIPTS = HERE / "transcripts"

Entries = list[list[Any]]


def reference() -> Path | None:
    """The original's interpreter, or None; CHANNELTEST_REFERENCE_PYTHON names one that is ready."""
    if named := os.environ.get("CHANNELTEST_REFERENCE_PYTHON"):
        return Path(named)
    from scripts.reference import python

    return python()


def run_scenarios(python: str | Path = sys.executable, only: str = "") -> dict[str, dict[str, Any]]:
    """Runs the scenarios in a process of their own; returns each one's transcript and error."""
    command = [str(python), str(HERE / "runner.py"), *(["--only", only] if only else [])]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    # The exit status says that a scenario failed, which its "error" says better.
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if not run.stdout:
        raise RuntimeError(f"{python} could not run the scenarios:\n{run.stderr}")
    results: dict[str, dict[str, Any]] = json.loads(run.stdout)
    return results


def load() -> dict[str, Entries]:
    """Every committed transcript by its scenario's name."""
    found: dict[str, Entries] = {}
    for path in sorted(TRANSCRIPTS.glob("*.json")):
        family = json.loads(path.read_text())
        found.update({f"{path.stem}.{name}": entries for name, entries in family.items()})
    return found


def render(entries: Entries) -> str:
    """A transcript as text, one label a line and its value below it, for reading and for diffs."""
    lines = []
    for label, value in entries:
        lines.append(label)
        shown = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False)
        lines.extend("    " + line for line in shown.splitlines())
    return "\n".join(lines)


def save(family: str, scenarios: dict[str, Entries]) -> None:
    """Writes one family's transcripts, the same bytes for the same transcripts."""
    text = json.dumps(scenarios, indent=1, sort_keys=True)
    (TRANSCRIPTS / f"{family}.json").write_text(text + "\n")
