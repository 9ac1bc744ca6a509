"""Run the same suite on the original: Channels 1.1.8, Django 1.11 and Python 3.8.

    python examples/reference.py

It runs in memory only: on any other database the original closes the connection under a test.
"""

from __future__ import annotations

import sys
from pathlib import Path

from suite import run, summarize

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts import reference


def main() -> int:
    """Run the suite where Python 3.8 is; return the exit status."""
    python = reference.python()
    if python is None:
        print(f"skipped: {reference.MISSING}")
        return 0
    # -E: what the caller's environment says to Python 3.11 is nothing to Python 3.8.
    return summarize([run(str(python), "original", flags=["-E", "-W", "ignore"])])


if __name__ == "__main__":
    sys.exit(main())
