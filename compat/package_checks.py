"""Checks of the versions of channel layers that a 1.x project may have installed."""

from __future__ import annotations

import importlib
import re
from contextlib import suppress

required_versions = {
    "asgi_rabbitmq": "0.4.0",
    "asgi_redis": "1.2.0",
    "asgi_ipc": "1.3.0",
}

_VERSION = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?(?:([ab])(\d+))?", re.ASCII)

# Sorts behind the "a" and "b" of alpha and beta versions.
_FINAL = ("final", 0)


def check_all() -> None:
    """Check every channel layer package that is installed.

    Raises:
        RuntimeError: A package is too old.
        ValueError: A package's ``__version__`` is not of the form ``1.2.3`` or ``1.2b3``.

    Source: Channels 1.1.8.
    """
    for package, version in required_versions.items():
        installed = _installed_version(package)
        if installed is not None and _sortable(installed) < _sortable(version):
            raise RuntimeError(
                f"Your version of {package} is too old - it must be at least {version}"
            )


def _installed_version(package: str) -> str | None:
    with suppress(ImportError):
        return str(importlib.import_module(package).__version__)
    return None


def _sortable(version: str) -> tuple[tuple[int, ...], tuple[str, int]]:
    match = _VERSION.fullmatch(version)
    if match is None:
        raise ValueError(f"invalid version number '{version}'")
    major, minor, patch, stage, number = match.groups()
    return (int(major), int(minor), int(patch or 0)), (stage, int(number)) if stage else _FINAL
