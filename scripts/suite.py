"""``python -m scripts.suite [--seed N] [--inside [--with PATH …]] [arguments for pytest]``.

Run the suite.

``--inside`` leaves out what starts processes, servers and databases of its own, which takes most
of the time and asks little of the suite's own database and of the versions of Python and Django;
``--with`` takes some of it in again.

One seed decides the order of the tests and what Hypothesis and the random programs draw. It is
printed before the run and after a failure; ``--seed`` repeats it. A test that fails is not run
again.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys

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
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument("--inside", action="store_true")
    parser.add_argument("--with", dest="taken_in", action="append", default=[], choices=OUTSIDE)
    options, rest = parser.parse_known_args(arguments)
    left_out = [path for path in OUTSIDE if options.inside and path not in options.taken_in]
    if left_out:
        print(f"Left out, because make test-memory runs it: {', '.join(left_out)}", flush=True)
    print(f"Seed: {options.seed}", flush=True)
    seeds = [f"--randomly-seed={options.seed}", f"--hypothesis-seed={options.seed}"]
    ignored = [f"--ignore={path}" for path in left_out]
    command = [sys.executable, "-m", "pytest", *seeds, *(rest or ["-n", "auto"]), *ignored]
    status = subprocess.run(command, check=False).returncode
    if status:
        again = [*arguments, *([] if "--seed" in arguments else ["--seed", str(options.seed)])]
        print(f"To repeat this run: python -m scripts.suite {' '.join(again)}", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
