"""The conformance suite as it was published, fetched once into ``build/conformance``.

asgiref 1.1.2 cannot be installed beside the asgiref of today, so its one module is loaded by its
path, with ``six``, which it imports, beside it.
"""

import fcntl
import importlib.util
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest

REQUIREMENTS = ["asgiref==1.1.2", "six==1.17.0"]
TARGET = Path(__file__).resolve().parents[2] / "build" / "conformance"
PIP = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check", "install"]
PIP += ["--no-deps", "--upgrade"]


def conformance_test_case():
    """Return the class ``ConformanceTestCase``."""
    fetch()
    with mock.patch.dict(sys.modules, six=load("six", TARGET / "six.py")):
        module = load("published_conformance", TARGET / "asgiref" / "conformance.py")
    return module.ConformanceTestCase


def fetch():
    """Install the distributions into `TARGET` unless they are there; others wait meanwhile."""
    TARGET.parent.mkdir(exist_ok=True)
    with TARGET.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        complete = TARGET / "complete"
        if complete.exists() and complete.read_text().split() == REQUIREMENTS:
            return
        pip = subprocess.run(
            [*PIP, "--target", str(TARGET), *REQUIREMENTS],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if pip.returncode:
            pytest.fail(
                f"pip could not fetch {' and '.join(REQUIREMENTS)}, the published conformance "
                f"suite for channel layers; it is needed once, then kept in {TARGET}.\n"
                + pip.stdout,
                pytrace=False,
            )
        complete.write_text("\n".join(REQUIREMENTS))


def load(name, path):
    """Import a module from a file, without leaving it in ``sys.modules``."""
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
