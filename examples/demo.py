"""Run the unchanged suite of a Channels 1 project on the Django and Channels of this interpreter.

    python examples/demo.py [--settings newsroom.settings_today]

It runs twice, on SQLite in memory and on a SQLite file, with warnings as errors.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from suite import run, summarize

FLAGS = ["-W", "error"]


def main() -> int:
    """Run the suite on both databases; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--settings", default="newsroom.settings_today", help="settings module")
    settings = parser.parse_args().settings
    with tempfile.TemporaryDirectory() as folder:
        return summarize(
            [
                run(sys.executable, settings, flags=FLAGS),
                run(sys.executable, settings, flags=FLAGS, database=Path(folder, "test.sqlite3")),
            ]
        )


if __name__ == "__main__":
    sys.exit(main())
