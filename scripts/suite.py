"""``python -m scripts.suite [--inside [--with PATH …]] [pytest's arguments]``: run the suite.

``--inside`` leaves out what starts processes, servers and databases of its own, which takes most
of the time and asks little of the suite's own database and of the versions of Python and Django;
``--with`` takes some of it in again.

On CI (``CI=true``) tests that fail beside others on a busy machine are run once more by
themselves, one after another; what fails then too fails the run. Both runs are printed in full.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

AGAIN = ("--last-failed", "--last-failed-no-failures=none", "-p", "no:randomly", "-v")

OUTSIDE = (
    "tests/beyond",
    "tests/browser",
    "tests/channeltest/live",
    "tests/channeltest/test_pytest_plugin.py",
    "tests/comparison",
    "tests/compat/management/test_runserver_process.py",
    "tests/compat/serving",
    "tests/compat/test_worker_processes.py",
    "tests/conformance",
    "tests/differential/test_programs.py",
    "tests/examples",
    "tests/isolation",
    "tests/stage/test_databases.py",
    "tests/stage/test_stress.py",
)


def main(arguments: list[str]) -> int:
    """Run the suite; returns the exit status."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--inside", action="store_true")
    parser.add_argument("--with", dest="taken_in", action="append", default=[], choices=OUTSIDE)
    options, rest = parser.parse_known_args(arguments)
    left_out = [path for path in OUTSIDE if options.inside and path not in options.taken_in]
    if left_out:
        print(f"Left out, because make test-memory runs it: {', '.join(left_out)}", flush=True)
    ignored = [f"--ignore={path}" for path in left_out]
    status = pytest(*(rest or ["-n", "auto"]), *ignored)
    if status == 1 and os.environ.get("CI") == "true":
        print("\nTests failed; here they are again, by themselves:", flush=True)
        status = pytest(*AGAIN, *ignored)
    return status


def pytest(*arguments: str) -> int:
    """Run pytest in a process of its own; returns its exit status."""
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
