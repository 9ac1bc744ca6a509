"""`layer_in_use`: the layer of Channels 1 that a client or a test uses under an alias."""

from __future__ import annotations

from channels import DEFAULT_CHANNEL_LAYER
from django.conf import settings

from ..bridge.isolation import isolate_running_test
from ..compat.advice import with_note
from ..compat.asgi import (
    ChannelLayerManager,
    ChannelLayerWrapper,
    InvalidChannelLayerError,
    channel_layers,
)

# Failures show the test and the consumer, not what runs them.
__tracebackhide__ = True


def layer_in_use(alias: str) -> ChannelLayerWrapper:
    """Return the layer in place under an alias, with its routing.

    In test cases that are not channeltest's, that is the layer of the settings, as in 1.1.8. If the
    settings have no ``ROUTING`` for it but an ``ASGI_APPLICATION``, captive layers are put in place
    until the running test ends.

    Args:
        alias: The layer's alias.

    Raises:
        KeyError: No layer has the alias.
        InvalidChannelLayerError: The layer's setting cannot be used.
    """
    # A suite may have patched the registry with a dict of its own layers.
    is_registry = isinstance(channel_layers, ChannelLayerManager)
    if is_registry and alias in channel_layers.backends:
        return channel_layers.backends[alias]
    if is_registry and _is_of_asgi_application(alias):
        isolate_running_test()
    try:
        return channel_layers[alias]
    except InvalidChannelLayerError as error:
        raise with_note(
            error,
            f"The layer {alias!r} of CHANNEL_LAYERS is used, because this test has no captive "
            'layer. Set its ROUTING ("project.routing.channel_routing") or ASGI_APPLICATION, or '
            "give the test a captive layer: ChannelTestCase, pytest's channels marker, or "
            "channeltest.captive_layers()",
        ) from None


def _is_of_asgi_application(alias: str) -> bool:
    if getattr(settings, "ASGI_APPLICATION", None) is None:
        return False
    config = channel_layers.configs.get(alias, {} if alias == DEFAULT_CHANNEL_LAYER else None)
    return config is not None and "ROUTING" not in config
