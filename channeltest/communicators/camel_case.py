"""Keys of messages in camel case, for consumers of chanx that send and receive them so."""

from __future__ import annotations

import importlib
from typing import Any

from .messages import chanx_setting


def is_camelized(consumer: type[Any] | None) -> bool:
    """Whether the messages of a chanx consumer class have keys in camel case.

    Source: chanx 2.
    """
    return consumer is not None and bool(
        getattr(consumer, "camelize", False) or chanx_setting("CAMELIZE", False)
    )


def camelized(message: Any, is_wanted: bool) -> Any:
    """Return a message with keys in camel case, if that is wanted."""
    return _humps().camelize(message) if is_wanted else message


def decamelized(message: Any, is_wanted: bool) -> Any:
    """Return a message with keys in snake case, if that is wanted."""
    return _humps().decamelize(message) if is_wanted else message


def _humps() -> Any:
    """The library with which chanx does it, so that both agree on every key."""
    return importlib.import_module("humps")
