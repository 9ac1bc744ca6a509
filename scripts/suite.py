"""``python -m scripts.suite [pytest's arguments]``: run the suite with this interpreter.

On CI (``CI=true``) tests that fail beside others on a busy machine are run once more by
themselves, one after another; what fails then too fails the run. Both runs are printed in full.
"""

from __future__ import annotations

import os
import subprocess
import sys

AGAIN = ("--last-failed", "--last-failed-no-failures=none", "-p", "no:randomly", "-v")


def main(arguments: list[str]) -> int:
    """Run the suite; returns the exit status."""
    status = pytest(*(arguments or ["-n", "auto"]))
    if status == 1 and os.environ.get("CI") == "true":
        print("\nTests failed; here they are again, by themselves:", flush=True)
        status = pytest(*AGAIN)
    return status


def pytest(*arguments: str) -> int:
    """Run pytest in a process of its own; returns its exit status."""
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
