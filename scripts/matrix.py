"""Run the suite on every supported pair of Python and Django whose interpreter is here.

``make matrix`` runs this. Each leg has a virtual environment of its own under ``.venv/matrix``.
A missing interpreter is reported; under ``CI=true`` it is an error. ``--coverage`` runs one leg
only, measures coverage, and fails below the ``fail_under`` of setup.cfg.
"""

from __future__ import annotations

import hashlib
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import time
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parent.parent
COVERAGE = ROOT / "build" / "coverage"


class Leg(NamedTuple):
    """One combination of versions, each as its release series.

    Attributes:
        outside: What the leg runs of the tests with processes and databases of their own.
        asgiref: The release series of asgiref; without one, the newest that the others allow.
        measured: What it runs of them besides when it measures coverage; empty if it never does.
    """

    python: str
    django: str
    channels: str
    outside: tuple[str, ...] = ()
    asgiref: str = ""
    measured: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"Python {self.python}, Django {self.django}, Channels {self.channels}"


# On the oldest and the newest versions, what depends on them most.
OUTSIDE = (
    "tests/channeltest/live",
    "tests/channeltest/test_pytest_plugin.py",
    "tests/channeltest/test_pytest_plugin_live_server.py",
)

# What make test runs on Python 3.11: pip takes the newest Django that runs there.
BASE = Leg("3.11", django="5.2", channels="4.3")

# With the base, each version that setup.cfg names runs at least once (tests/test_matrix.py).
LEGS = [
    Leg("3.10", django="4.2", channels="4.2", outside=OUTSIDE, asgiref="3.9"),
    # Python 3.11 and older can hang in a trace function while another thread's exception is due
    # (PyThreadState_SetAsyncExc), so coverage is measured on a later one. These tests cover what
    # the others with processes of their own cover, and take less time.
    Leg("3.12", django="6.0", channels="4.3", measured=("tests/compat/serving", *OUTSIDE)),
    Leg("3.13", django="6.1", channels="4.3", outside=OUTSIDE),
]


def find_interpreter(series: str) -> str:
    """Return the path of a working interpreter of the series, such as ``"3.10"``.

    Raises:
        LookupError: There is none; the text says where it was looked for and why each was refused.
    """
    pyenv = pathlib.Path(os.environ.get("PYENV_ROOT") or pathlib.Path.home() / ".pyenv")
    on_path = shutil.which(f"python{series}")
    candidates = [on_path] if on_path else []
    candidates += [str(p) for p in pyenv.glob(f"versions/{series}.*/bin/python")]
    refusals = []
    for candidate in candidates:
        # A pyenv shim stands on PATH whether or not its version is selected, so each is tried.
        probe = "import sys, ensurepip, venv; print('%d.%d' % sys.version_info[:2])"
        tried = subprocess.run([candidate, "-c", probe], capture_output=True, text=True)
        if tried.stdout.strip() == series:
            return candidate
        refusals.append(f"{candidate}: {(tried.stderr or tried.stdout).strip()}")
    nowhere = f"no python{series} on PATH nor under {pyenv / 'versions'}"
    raise LookupError("; ".join(refusals) or nowhere)


def prepare(leg: Leg, interpreter: str) -> pathlib.Path:
    """Make the leg's virtual environment, unless an earlier run did; return its interpreter."""
    folder = ROOT / ".venv" / "matrix" / "-".join(leg[:3])
    python = folder / "bin" / "python"
    pins = [f"django=={leg.django}.*", f"channels=={leg.channels}.*"]
    if leg.asgiref:
        pins.append(f"asgiref=={leg.asgiref}.*")
    recipe = hashlib.sha256(repr([interpreter, pins]).encode())
    for name in ("setup.cfg", "pyproject.toml"):
        recipe.update((ROOT / name).read_bytes())
    stamp = folder / "recipe"
    if stamp.exists() and stamp.read_text() == recipe.hexdigest():
        return python
    shutil.rmtree(folder, ignore_errors=True)
    run(interpreter, "-m", "venv", str(folder))
    run(str(python), "-m", "pip", "install", "-qq", "--editable", ".[test]", *pins)
    stamp.write_text(recipe.hexdigest())
    return python


def run(*command: str) -> None:
    """Print a command, run it in the checkout, and raise when it fails."""
    print("$", shlex.join(command), flush=True)
    subprocess.run(command, cwd=ROOT, check=True)


def measure(python: str, *command: str) -> None:
    """Run tests, and raise when too little of the package ran; prints what did not."""
    shutil.rmtree(COVERAGE, ignore_errors=True)
    COVERAGE.mkdir(parents=True)
    run(python, "-m", "coverage", "run", *command)
    run(python, "-m", "coverage", "combine", "--quiet")
    run(python, "-m", "coverage", "report")


def run_leg(leg: Leg, measures: bool = False) -> str:
    """Run the suite on one leg.

    Args:
        leg: The leg.
        measures: Whether to measure what of the package its tests run.

    Returns:
        What to print about it: it begins with ``passed``, ``failed`` or ``missing``.
    """
    try:
        interpreter = find_interpreter(leg.python)
    except LookupError as reason:
        return f"missing: {reason}"
    start = time.monotonic()
    try:
        python = prepare(leg, interpreter)
        arguments = (os.environ.get("PYTEST_ARGS") or "-n auto").split()
        outside = {*leg.outside, *(leg.measured if measures else ())}
        taken_in = [argument for path in sorted(outside) for argument in ("--with", path)]
        suite = ("-m", "scripts.suite", "--inside", *taken_in, *arguments)
        if measures:
            measure(str(python), *suite)
        else:
            run(str(python), *suite)
    except subprocess.CalledProcessError as error:
        return f"failed: {shlex.join(error.cmd)} ended with status {error.returncode}"
    return f"passed in {time.monotonic() - start:.0f} s"


def main(arguments: list[str]) -> int:
    """Run every leg and print how each ended; return the exit status."""
    outcomes = {}
    measures = "--coverage" in arguments
    for leg in [leg for leg in LEGS if leg.measured or not measures]:
        print(f"\n=== {leg}", flush=True)
        outcomes[leg] = run_leg(leg, measures)
        print(f"=== {outcomes[leg]}", flush=True)
    print("\nThe matrix:")
    for leg, outcome in outcomes.items():
        print(f"  {leg}: {outcome}")
    bad = ("failed", "missing") if os.environ.get("CI") == "true" else ("failed",)
    return int(any(outcome.startswith(bad) for outcome in outcomes.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
