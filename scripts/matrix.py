"""Run the suite on every supported pair of Python and Django whose interpreter is here.

``make matrix`` runs this. Each leg has a virtual environment of its own under ``.venv/matrix``.
A missing interpreter is reported; under ``CI=true`` it is an error. One leg measures coverage, and
fails below the ``fail_under`` of setup.cfg; ``--coverage`` runs this leg only. ``--prepare`` only
makes the environments, all at once.
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
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parent.parent
COVERAGE = ROOT / "build" / "coverage"


class Leg(NamedTuple):
    """One combination of versions, each as its release series.

    Attributes:
        outside: What the leg runs of the tests with processes and databases of their own.
        asgiref: The release series of asgiref; without one, the newest that the others allow.
        database: Where its SQLite is: ``memory`` or ``file``.
        measures: Whether it measures what its tests run of the package.
    """

    python: str
    django: str
    channels: str
    outside: tuple[str, ...] = ()
    asgiref: str = ""
    database: str = "memory"
    measures: bool = False

    def __str__(self) -> str:
        versions = f"Python {self.python}, Django {self.django}, Channels {self.channels}"
        return f"{versions}, SQLite in {'a file' if self.database == 'file' else 'memory'}"


# On the oldest and the newest versions, what depends on them most.
OUTSIDE = (
    "tests/channeltest/comparison/suites",
    "tests/channeltest/live",
    "tests/channeltest/test_pytest_plugin.py",
    "tests/channeltest/test_pytest_plugin_live_server.py",
    "tests/stage/test_databases.py",
    "tests/stage/test_stress.py",
)

# What make test runs on Python 3.11: pip takes the newest Django that runs there.
BASE = Leg("3.11", django="5.2", channels="4.3")

# With the base, each version that setup.cfg names runs at least once (tests/test_matrix.py).
LEGS = [
    Leg("3.10", django="4.2", channels="4.2", outside=OUTSIDE, asgiref="3.9"),
    # Python 3.11 and older can hang in a trace function while another thread's exception is due
    # (PyThreadState_SetAsyncExc), so coverage is measured on a later one. These tests cover what
    # the others with processes of their own cover, and take less time.
    Leg(
        "3.12",
        django="6.0",
        channels="4.3",
        outside=(
            "tests/channeltest/live",
            "tests/channeltest/test_pytest_plugin.py",
            "tests/channeltest/test_pytest_plugin_live_server.py",
            "tests/channeltest/upgrade/prove",
            "tests/compat/serving",
        ),
        database="file",
        measures=True,
    ),
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


def run(*command: str, **environment: str) -> None:
    """Print a command, run it in the checkout, and raise when it fails."""
    settings = [f"{name}={value}" for name, value in environment.items()]
    print("$", *settings, shlex.join(command), flush=True)
    subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, **environment})


def measure(python: str, *command: str, **environment: str) -> None:
    """Run tests, and raise when too little of the package ran; prints what did not."""
    shutil.rmtree(COVERAGE, ignore_errors=True)
    COVERAGE.mkdir(parents=True)
    run(python, "-m", "coverage", "run", *command, **environment)
    run(python, "-m", "coverage", "combine", "--quiet")
    run(python, "-m", "coverage", "report")


def run_leg(leg: Leg) -> str:
    """Run the suite on one leg.

    Returns:
        What to print about it: it begins with ``passed``, ``failed`` or ``missing``.
    """
    try:
        interpreter = find_interpreter(leg.python)
    except LookupError as reason:
        return f"missing: {reason}"
    start = time.monotonic()
    try:
        python = str(prepare(leg, interpreter))
        arguments = (os.environ.get("PYTEST_ARGS") or "-n auto").split()
        taken_in = [argument for path in leg.outside for argument in ("--with", path)]
        suite = ("-m", "scripts.suite", "--inside", *taken_in, *arguments)
        (measure if leg.measures else run)(python, *suite, CHANNELTEST_DB=leg.database)
    except subprocess.CalledProcessError as error:
        return f"failed: {shlex.join(error.cmd)} ended with status {error.returncode}"
    return f"passed in {time.monotonic() - start:.0f} s"


def prepare_all() -> None:
    """Make the environments of all legs at once; a leg without an interpreter has none."""

    def make(leg: Leg) -> None:
        try:
            interpreter = find_interpreter(leg.python)
        except LookupError:
            return
        prepare(leg, interpreter)

    with ThreadPoolExecutor(len(LEGS)) as pool:
        list(pool.map(make, LEGS))


def main(arguments: list[str]) -> int:
    """Run every leg and print how each ended; return the exit status."""
    if "--prepare" in arguments:
        prepare_all()
        return 0
    outcomes = {}
    for leg in [leg for leg in LEGS if leg.measures or "--coverage" not in arguments]:
        print(f"\n=== {leg}", flush=True)
        outcomes[leg] = run_leg(leg)
        print(f"=== {outcomes[leg]}", flush=True)
    print("\nThe matrix:")
    for leg, outcome in outcomes.items():
        print(f"  {leg}: {outcome}")
    bad = ("failed", "missing") if os.environ.get("CI") == "true" else ("failed",)
    return int(any(outcome.startswith(bad) for outcome in outcomes.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
