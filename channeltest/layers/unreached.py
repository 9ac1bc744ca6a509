"""Advice for tests that use a layer of the settings, which cannot be made or reached."""

from __future__ import annotations

from channels.exceptions import InvalidChannelLayerError

from ..compat.advice import with_note

_CAPTIVE = (
    "A channel layer of the settings was used. In a test a captive layer takes its place, and "
    "needs no server: use ChannelTestCase, WebsocketTestCase, the pytest marker 'channels' or "
    "fixture 'channel_layer', or 'with captive_layers():'"
)


def advise_on_layer(error: BaseException) -> None:
    """Add a note to an error of a layer of the settings, unless it has such advice already.

    Args:
        error: What a test without captive layers, or its application, raised.
    """
    if _is_of_layer(error) and not any(
        "captive layer" in note for note in getattr(error, "__notes__", ())
    ):
        with_note(error, _CAPTIVE)


def _is_of_layer(error: BaseException) -> bool:
    if isinstance(error, InvalidChannelLayerError):
        return True
    # redis is optional: its errors are recognised by their module.
    redis = type(error).__module__.partition(".")[0] == "redis"
    return redis and isinstance(error, Exception) and type(error).__name__.endswith("Error")
