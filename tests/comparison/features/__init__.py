"""The features that are compared: each is a few lines, run with every library.

A feature is there when its lines run; otherwise they fail, and how they do is the answer.
"""

from __future__ import annotations

import contextlib
import importlib
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ..libraries import Library

# Seconds, fewer than the second that communicators wait by default.
AT_ONCE = 0.9


class Feature(NamedTuple):
    """One line of the table.

    Attributes:
        group: The heading that it stands under.
        name: What it is, in the markup of the docs.
        probe: Its lines: a function or a coroutine function, which fails without it.
    """

    group: str
    name: str
    probe: Callable[[Library], Any]


FEATURES: list[Feature] = []

# In the order of the table.
MODULES = (
    "waiting",
    "talking",
    "scopes",
    "http",
    "layers",
    "databases",
    "cases",
    "chanx_consumers",
    "loops",
)


def feature(group: str, name: str) -> Callable[[Callable[[Library], Any]], Any]:
    """Make the decorated function the probe of a feature."""

    def add(probe: Callable[[Library], Any]) -> Any:
        FEATURES.append(Feature(group, name, probe))
        return probe

    return add


@contextlib.contextmanager
def raises(kind: type[BaseException]) -> Iterator[list[BaseException]]:
    """Expect an exception; the list that this gives then holds it."""
    caught: list[BaseException] = []
    try:
        yield caught
    except kind as error:
        caught.append(error)
    assert caught, f"no {kind.__name__}"


@contextlib.contextmanager
def at_once() -> Iterator[None]:
    """Expect that a block takes less time than a wait whose timeout passes."""
    began = time.monotonic()
    yield
    assert time.monotonic() - began < AT_ONCE


async def connected(library: Library, application: Any, **options: Any) -> Any:
    """Return a communicator whose websocket is open."""
    communicator = library.WebsocketCommunicator(application, "/ws/", **options)
    assert (await communicator.connect())[0]
    return communicator


def all_features() -> list[Feature]:
    """Return the features, in the order of the table."""
    # They import this, and register themselves.
    for name in MODULES:
        importlib.import_module(f"{__name__}.{name}")
    return FEATURES
