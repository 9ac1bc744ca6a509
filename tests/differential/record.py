"""Records the scenarios' transcripts anew from the original, and says what changed.

python -m tests.differential.record  # needs Python 3.8
"""

from __future__ import annotations

import sys

from tests.differential import transcripts
from tests.differential.transcripts import Entries


def record() -> dict[str, Entries]:
    """The original's transcripts; a scenario that fails there is no scenario.

    Raises:
        RuntimeError: A scenario raised on the original, or there is no Python 3.8.
    """
    python = transcripts.reference()
    if python is None:
        raise RuntimeError("No Python 3.8 here to run the original with.")
    results = transcripts.run_scenarios(python)
    for name, result in results.items():
        if result["error"]:
            raise RuntimeError(f"{name} fails on the original:\n{result['error']}")
    return {name: result["transcript"] for name, result in results.items()}


def main() -> int:
    """The command line; see the module's docstring."""
    before, after = transcripts.load(), record()
    families: dict[str, dict[str, Entries]] = {}
    for name, entries in after.items():
        family, _, scenario = name.partition(".")
        families.setdefault(family, {})[scenario] = entries
    for path in transcripts.TRANSCRIPTS.glob("*.json"):
        path.unlink()
    for family, scenarios in families.items():
        transcripts.save(family, scenarios)
    changed = sorted(name for name in before.keys() | after if before.get(name) != after.get(name))
    print(f"{len(after)} transcripts recorded, {len(changed)} changed", *changed, sep="\n  ")
    return 0


if __name__ == "__main__":
    sys.exit(main())
