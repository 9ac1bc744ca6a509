"""``python -m scripts.suite [--seed N] [--inside [--with PATH …] | --shuffled] [pytest's …]``.

Run the suite.

``--inside`` leaves out what starts processes, servers and databases of its own, which takes most
of the time and asks little of the suite's own database and of the versions of Python and Django;
``--with`` takes some of it in again. ``--shuffled`` runs what uses event loops, with their tasks in
an order that the seed decides (`tests.shuffled_tasks`).

One seed decides the order of the tests and what Hypothesis and the random programs draw. It is
printed before the run and after a failure; ``--seed`` repeats it. A test that fails is not run
again.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys

OUTSIDE = (
    "tests/beyond",
    "tests/browser",
    "tests/channeltest/comparison/suites",
    "tests/channeltest/live",
    "tests/channeltest/test_pytest_plugin.py",
    "tests/channeltest/test_pytest_plugin_live_server.py",
    "tests/channeltest/upgrade/prove",
    "tests/comparison",
    "tests/compat/management/test_runserver_process.py",
    "tests/compat/serving",
    "tests/compat/test_worker_processes.py",
    "tests/conformance",
    "tests/differential/test_programs.py",
    "tests/documentation/test_outputs.py",
    "tests/documentation/test_picture.py",
    "tests/documentation/test_tutorials.py",
    "tests/examples",
    "tests/isolation",
    "tests/stage/test_databases.py",
    "tests/stage/test_stress.py",
    "tests/test_likeness.py",
    "tests/test_soak.py",
    "tests/upgrade",
)

# What runs once more with the tasks of every event loop in another order.
SHUFFLED = (
    "tests/bridge",
    "tests/channeltest/bridge",
    "tests/channeltest/cases",
    "tests/channeltest/communicators",
    "tests/channeltest/database",
    "tests/channeltest/layers",
    "tests/channeltest/record",
    "tests/channeltest/rest",
    "tests/channeltest/stage",
    "tests/stage",
)


def main(arguments: list[str]) -> int:
    """Run the suite; returns the exit status."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument("--inside", action="store_true")
    parser.add_argument("--shuffled", action="store_true")
    parser.add_argument("--with", dest="taken_in", action="append", default=[], choices=OUTSIDE)
    options, rest = parser.parse_known_args(arguments)
    inside = options.inside or options.shuffled
    left_out = [path for path in OUTSIDE if inside and path not in options.taken_in]
    environment = dict(os.environ)
    if options.shuffled:
        environment["CHANNELTEST_SHUFFLE"] = str(options.seed)
        rest = [*(rest or ["-n", "auto"]), *SHUFFLED]
    if left_out:
        print(f"Left out, because make test-memory runs it: {', '.join(left_out)}", flush=True)
    print(f"Seed: {options.seed}", flush=True)
    seeds = [f"--randomly-seed={options.seed}", f"--hypothesis-seed={options.seed}"]
    ignored = [f"--ignore={path}" for path in left_out]
    command = [sys.executable, "-m", "pytest", *seeds, *(rest or ["-n", "auto"]), *ignored]
    status = subprocess.run(command, check=False, env=environment).returncode
    if status:
        again = [*arguments, *([] if "--seed" in arguments else ["--seed", str(options.seed)])]
        print(f"To repeat this run: python -m scripts.suite {' '.join(again)}", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
