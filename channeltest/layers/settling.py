"""Lets what a test has sent have its effect before the layers are read."""

from __future__ import annotations

from collections.abc import Callable

_settlers: list[Callable[[], object]] = []


def settle_with(call: Callable[[], object]) -> None:
    """Have ``call`` called before a layer is read; the bridge runs its applications then."""
    _settlers.append(call)


def settle() -> None:
    """Let what a test has sent have its effect."""
    for call in _settlers:
        call()
