"""Put small faults into modules, one by one, and see whether the tests notice each.

``make mutants`` runs this. cosmic-ray changes a copy of the checkout under ``build/mutants``. A
mutant that no test kills is printed as a diff and fails the run, unless
``tests/equivalent_mutants.txt`` has its two lines with the reason why no test can tell them apart.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
COPIES = ROOT / "build" / "mutants"
EQUIVALENT = ROOT / "tests" / "equivalent_mutants.txt"

# Patterns of modules, and what of the tests asks about them beside the files at the mirrored place.
MODULES = {
    "channeltest/asgi/scope.py": ("tests/bridge/test_sessions.py",),
    "channeltest/layers/wire.py": (),
    "channeltest/layers/captive.py": ("tests/channeltest/layers/test_wire.py",),
    "channeltest/stage/[a-z]*.py": (
        "tests/channeltest/stage",
        "tests/stage/test_consumers.py",
        "tests/stage/test_sockets.py",
        "tests/stage/test_outside.py",
    ),
    "channeltest/rest/[a-z]*.py": ("tests/channeltest/rest", "tests/stage/test_sockets.py"),
    "channeltest/channels1/*client.py": (
        "tests/channeltest/channels1",
        "tests/idioms/test_patched_names.py",
        "tests/bridge/test_sessions.py",
    ),
    "channeltest/communicators/[a-z]*.py": ("tests/channeltest/communicators",),
    "compat/*sessions.py": ("tests/bridge/test_sessions.py",),
}

CONFIGURATION = """
[cosmic-ray]
module-path = "{module}"
timeout = {timeout}
excluded-modules = []
test-command = {command}

[cosmic-ray.distributor]
name = "local"

# Annotations are never evaluated, and have most |; None and types are equal to themselves alone.
[cosmic-ray.filters.operators-filter]
exclude-operators = [
    "core/ReplaceBinaryOperator_BitOr_.*",
    "core/ReplaceComparisonOperator_Is_Eq",
    "core/ReplaceComparisonOperator_IsNot_NotEq",
]
"""


class Mutant(NamedTuple):
    """A fault that no test has noticed.

    Attributes:
        module: The path of the module.
        before: The lines that it changes, as they are.
        after: What it makes of them.
    """

    module: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.module}\n  - {self.before}\n  + {self.after}"


def copy_of(module: str) -> Path:
    """Return a fresh copy of the checkout in which the package is found before the installed."""
    copy = COPIES / re.sub(r"\W", "-", module)
    shutil.rmtree(copy, ignore_errors=True)
    files = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    for name in files.stdout.decode().rstrip("\0").split("\0"):
        if not (ROOT / name).exists():
            continue
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    (copy / "channeltest" / "compat").symlink_to(copy / "compat")
    return copy


def modules() -> dict[str, list[str]]:
    """Return the paths of the modules, and of the tests that are to notice a fault of each."""
    found = {}
    for pattern, tests in MODULES.items():
        for path in sorted(ROOT.glob(pattern)):
            module = path.relative_to(ROOT)
            mirrored = Path("tests", module.parent)
            own = [
                (mirrored / test.name).as_posix()
                for name in (f"test_{path.stem}.py", f"test_{path.stem}_*.py")
                for test in sorted((ROOT / mirrored).glob(name))
            ]
            found[module.as_posix()] = list(dict.fromkeys([*own, *tests]))
    return found


def survivors(module: str) -> tuple[int, list[Mutant]]:
    """Run all mutants of a module; return how many there are, and those that no test notices.

    Raises:
        subprocess.CalledProcessError: The tests fail without any fault.
    """
    copy = copy_of(module)
    options = ["-x", "-q", "-p", "no:randomly", "-p", "no:cacheprovider"]
    pytest = [sys.executable, "-m", "pytest", *options, *modules()[module]]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    begun = time.monotonic()
    subprocess.run(pytest, cwd=copy, env=environment, check=True, stdout=subprocess.DEVNULL)
    # A fault that makes the tests hang is noticed by that.
    timeout = 3 * (time.monotonic() - begun) + 30
    command = json.dumps(shlex.join(pytest))
    (copy / "mutants.toml").write_text(
        CONFIGURATION.format(module=module, timeout=timeout, command=command)
    )

    def cosmic_ray(tool: str, *arguments: str) -> str:
        command = [sys.executable, "-m", f"cosmic_ray.{tool}", *arguments]
        run = subprocess.run(command, cwd=copy, env=environment, stdout=subprocess.PIPE, check=True)
        return run.stdout.decode()

    cosmic_ray("cli", "init", "mutants.toml", "mutants.sqlite")
    cosmic_ray("tools.filters.operators_filter", "mutants.sqlite", "mutants.toml")
    cosmic_ray("cli", "exec", "mutants.toml", "mutants.sqlite")
    dump = cosmic_ray("cli", "dump", "mutants.sqlite").splitlines()
    # What the filter left out has an outcome too.
    outcomes = (result for _, result in map(json.loads, dump))
    results = [outcome for outcome in outcomes if outcome["worker_outcome"] == "normal"]
    alive = [
        Mutant(module, *changed_lines(result["diff"]))
        for result in results
        if result["test_outcome"] == "survived"
    ]
    # What stands below this line is for the type checker.
    return len(results), [mutant for mutant in alive if mutant.before != "if TYPE_CHECKING:"]


def changed_lines(diff: str) -> tuple[str, str]:
    """Return what a diff takes away and what it adds, each on one line."""
    lines = [line for line in diff.splitlines() if not line.startswith(("---", "+++"))]
    before, after = (
        " ".join(line[1:].strip() for line in lines if line.startswith(sign)).strip()
        for sign in "-+"
    )
    return before, after


def equivalent() -> Iterator[Mutant]:
    """Yield the mutants of the committed list.

    Each is a module's path, the line before and after behind ``-`` and ``+``, and the reason
    behind ``#``; an empty line follows.
    """
    for entry in EQUIVALENT.read_text(encoding="utf-8").split("\n\n"):
        lines = [line.strip() for line in entry.strip().splitlines()]
        if lines and not lines[0].startswith("#"):
            module, before, after, *reason = lines
            if not reason:
                raise ValueError(f"{EQUIVALENT.name} gives no reason for\n{entry}")
            yield Mutant(module, before[1:].strip(), after[1:].strip())


def main(arguments: list[str]) -> int:
    """Run the mutants of the modules that are named, or of all; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", default=list(modules()))
    parser.add_argument("--jobs", type=int, default=max(1, (os.cpu_count() or 2) // 2))
    options = parser.parse_args(arguments)
    known = set(equivalent())
    found = []
    with ThreadPoolExecutor(options.jobs) as pool:
        runs = pool.map(survivors, options.modules)
        for module, (count, alive) in zip(options.modules, runs, strict=True):
            new = [mutant for mutant in alive if mutant not in known]
            found += new
            listed = len(alive) - len(new)
            print(f"{module}: {count} mutants, {listed} equivalent, {len(new)} survive", flush=True)
    for mutant in found:
        print(mutant)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
