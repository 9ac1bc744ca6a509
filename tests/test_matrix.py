"""setup.cfg names the versions that are run, and the matrix runs those that it names."""

from __future__ import annotations

import configparser
import pathlib
import re

import pytest

from scripts.matrix import BASE, LEGS

ROOT = pathlib.Path(__file__).resolve().parent.parent
RUN = [BASE, *LEGS]


@pytest.fixture(scope="module")
def setup_cfg():
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg")
    return parser


def named(setup_cfg, classifier):
    """The versions that the classifiers name after ``classifier``, such as ``3.10``."""
    pattern = rf"^{re.escape(classifier)} :: (\d+\.\d+)$"
    return set(re.findall(pattern, setup_cfg["metadata"]["classifiers"], re.MULTILINE))


def bounds(setup_cfg, package):
    """The lowest series that the package may have, and the first that it may not have."""
    found = re.search(
        rf"^{package}>=([\d.]+),<([\d.]+)$", setup_cfg["options"]["install_requires"], re.MULTILINE
    )
    return found[1], found[2]


def series(version):
    """The first two numbers of a version, to be compared."""
    return tuple(int(number) for number in f"{version}.0".split(".")[:2])


def test_each_python_that_is_named_runs(setup_cfg):
    assert {leg.python for leg in RUN} == named(setup_cfg, "Programming Language :: Python")


def test_the_lowest_python_is_the_required_one(setup_cfg):
    lowest = min((leg.python for leg in RUN), key=series)
    assert setup_cfg["options"]["python_requires"] == f">={lowest}"


def test_each_django_that_is_named_runs(setup_cfg):
    assert {leg.django for leg in RUN} == named(setup_cfg, "Framework :: Django")


@pytest.mark.parametrize("package", ["django", "channels"])
def test_the_bounds_are_the_lowest_and_the_highest_series_that_run(setup_cfg, package):
    run = {series(getattr(leg, package)) for leg in RUN}
    floor, ceiling = bounds(setup_cfg, package)
    assert series(floor) == min(run)
    major, minor = max(run)
    assert series(ceiling) == (major, minor + 1)


def test_the_lowest_asgiref_runs(setup_cfg):
    floor, _ = bounds(setup_cfg, "asgiref")
    assert series(floor) in {series(leg.asgiref) for leg in LEGS if leg.asgiref}
