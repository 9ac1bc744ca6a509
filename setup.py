"""The packages; all else is in setup.cfg, which cannot find those of compat/ under their names."""

from setuptools import find_packages, setup

setup(
    packages=[
        *find_packages(include=["channeltest", "channeltest.*"]),
        *(f"channeltest.{name}" for name in find_packages(include=["compat", "compat.*"])),
    ]
)
