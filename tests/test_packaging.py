"""The wheel: two typed packages, one top-level name, four dependencies."""

from __future__ import annotations

import email
import pathlib
import re
import shutil
import subprocess
import sys
import zipfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCES = {"channeltest": "channeltest", "compat": "channeltest/compat"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a copy of the sources: an old build/ folder cannot hide in it."""
    copy = tmp_path_factory.mktemp("wheel")
    for name in ("setup.cfg", "setup.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    for name in SOURCES:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, copy / name, ignore=ignored)
    # What pip calls once it has prepared the build; calling it ourselves needs no index.
    build = "from setuptools.build_meta import build_wheel; build_wheel('.')"
    done = subprocess.run([sys.executable, "-c", build], cwd=copy, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    [path] = copy.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


@pytest.fixture(scope="module")
def metadata(wheel):
    [name] = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    return email.message_from_bytes(wheel.read(name))


def test_channeltest_is_the_only_top_level_name(wheel):
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"channeltest"}


def test_both_packages_are_typed(wheel):
    typed = {name for name in wheel.namelist() if name.endswith("py.typed")}
    assert typed == {"channeltest/py.typed", "channeltest/compat/py.typed"}


def test_every_source_file_is_in_the_wheel(wheel):
    expected = {
        f"{target}/{path.relative_to(ROOT / source).as_posix()}"
        for source, target in SOURCES.items()
        for path in (ROOT / source).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    packed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert packed == expected


def test_there_are_four_runtime_dependencies(metadata):
    runtime = [line for line in metadata.get_all("Requires-Dist") if "extra ==" not in line]
    names = {re.match(r"[\w-]+", line)[0].lower() for line in runtime}
    assert names == {"asgiref", "channels", "django", "msgpack"}


def test_the_licence_travels_with_the_wheel(wheel, metadata):
    assert metadata["License-Expression"] == "BSD-3-Clause"
    assert any(name.endswith("/LICENSE") for name in wheel.namelist())


def test_the_python_floor_is_stated(metadata):
    assert metadata["Requires-Python"] == ">=3.10"
