"""The original to compare with: Channels 1.1.8 on Django 1.11 and Python 3.8.

As a command it prints the path of an interpreter that imports them, and makes its environment in
``build/reference`` first if need be; without a Python 3.8 it exits with status 3 and says so.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

REQUIREMENTS = Path(__file__).with_name("reference-requirements.txt")
ENVIRONMENT = Path(__file__).resolve().parent.parent / "build" / "reference"
MISSING = (
    "no Python 3.8 found: name one in CHANNELTEST_PYTHON38, or install it on PATH or with pyenv"
)


def python() -> Path | None:
    """Return an interpreter with Channels 1.1.8, making its environment on the first call.

    Several processes may call it at once: one makes the environment and the others wait.

    Returns:
        The path of the environment's interpreter, or None when there is no Python 3.8.

    Raises:
        subprocess.CalledProcessError: The environment could not be made, for example offline.
    """
    base = _python38()
    if base is None:
        return None
    ENVIRONMENT.parent.mkdir(parents=True, exist_ok=True)
    with open(ENVIRONMENT.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_complete():
            _make(base)
    return _interpreter()


def _python38() -> Path | None:
    """Return the first candidate that really runs: a pyenv shim exists and may still fail."""
    return next(filter(_is_python38, _candidates()), None)


def _candidates() -> Iterator[Path]:
    if named := os.environ.get("CHANNELTEST_PYTHON38"):
        yield Path(named)
        return
    if on_path := shutil.which("python3.8"):
        yield Path(on_path)
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(pyenv.glob("versions/3.8*/bin/python3.8"), reverse=True)


def _is_python38(candidate: Path) -> bool:
    question = [candidate, "-I", "-c", "import sys; sys.exit(sys.version_info[:2] != (3, 8))"]
    try:
        return subprocess.run(question, capture_output=True).returncode == 0
    except OSError:
        return False


def _interpreter() -> Path:
    return ENVIRONMENT / "bin" / "python"


def _stamp() -> Path:
    """Return the file that is written last and names the requirements that were installed."""
    return ENVIRONMENT / "requirements.sha256"


def _digest() -> str:
    return hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()


def _is_complete() -> bool:
    return _stamp().exists() and _stamp().read_text() == _digest() and _is_python38(_interpreter())


def _make(base: Path) -> None:
    print(f"Installing Channels 1.1.8 in {ENVIRONMENT} ...", file=sys.stderr)
    # A command that succeeds has nothing to say; -I keeps the caller's PYTHON* variables out.
    subprocess.run([base, "-I", "-m", "venv", "--clear", ENVIRONMENT], check=True, stdout=2)
    pip = [_interpreter(), "-I", "-m", "pip", "-qq", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--no-deps", "-r", REQUIREMENTS], check=True, stdout=2)
    _stamp().write_text(_digest())


def main() -> int:
    """Print the path of the interpreter; return the exit status."""
    path = python()
    if path is None:
        print(MISSING, file=sys.stderr)
        return 3
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
