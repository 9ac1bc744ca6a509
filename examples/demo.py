"""Run the unchanged suite of a Channels 1 project on the Django and Channels of this interpreter.

    python examples/demo.py [--consumers old ported stack] [--postgres localhost:5432]

The same test files run against the consumers of 2017, against those that were ported to modern
ones, and against the ported ones behind middleware and the routers of Channels 4. Each runs on
SQLite in memory, on a SQLite file and, where a server is given, on PostgreSQL, with warnings as
errors.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from suite import run, summarize

FLAGS = ["-W", "error"]


def main() -> int:
    """Run the suite on each database; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    consumers = ["old", "ported", "stack"]
    parser.add_argument("--consumers", nargs="+", choices=consumers, default=consumers)
    parser.add_argument("--postgres", metavar="HOST:PORT", help="user postgres, no password")
    arguments = parser.parse_args()
    runs = []
    for behind in arguments.consumers:
        runs.append(run(sys.executable, behind, flags=FLAGS))
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "test.sqlite3")
            runs.append(run(sys.executable, behind, flags=FLAGS, file=file))
        if arguments.postgres:
            runs.append(run(sys.executable, behind, flags=FLAGS, postgres=arguments.postgres))
    return summarize(runs)


if __name__ == "__main__":
    sys.exit(main())
