"""Adds what to do to some of the errors that applications raise."""

from __future__ import annotations

from typing import Any

from channels.exceptions import InvalidChannelLayerError

from ..asgi.nesting import consumer_class_in
from ..compat.advice import with_note
from ..layers.captive import are_captive

_CAPTIVE = (
    "The application used a channel layer of the settings. In a test a captive layer takes its "
    "place, and needs no server: use WebsocketTestCase, the pytest marker 'channels' or fixture "
    "'channel_layer', or 'with captive_layers():'"
)


def advise(error: BaseException, application: Any) -> None:
    """Add a note to what an application raised, if the test can do something about it.

    Args:
        error: The error.
        application: The application.
    """
    if isinstance(error, TypeError):
        consumer = consumer_class_in(application)
        if consumer is not None:
            with_note(
                error,
                f"{consumer.__qualname__} is a consumer class, and has to be an application: write "
                f"{consumer.__name__}.as_asgi() in the routing",
            )
    elif _is_of_layer(error) and not are_captive():
        with_note(error, _CAPTIVE)


def _is_of_layer(error: BaseException) -> bool:
    """Whether an error means that a layer of the settings cannot be made or reached."""
    if isinstance(error, InvalidChannelLayerError):
        return True
    # redis is optional: its errors are recognised by their module.
    redis = type(error).__module__.partition(".")[0] == "redis"
    return redis and isinstance(error, Exception) and type(error).__name__.endswith("Error")
