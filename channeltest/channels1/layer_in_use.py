"""The layer of Channels 1 that a client or a test uses, and its description for errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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
from ..compat.message import Message
from ..compat.routing import Include
from ..layers.swap import outer_layers

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
    if isinstance(channel_layers, ChannelLayerManager):
        layer = channel_layers.backends.get(alias)
        if layer is not None:
            return layer
        if _is_of_asgi_application(alias):
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


_MOST_NAMED = 8


def waiting(layer: Any) -> str:
    """Describe which channels of ``layer`` hold messages, and which groups have members.

    Args:
        layer: A layer of Channels 1; only one in memory can be described.

    Returns:
        ``waiting: 'results' (1), 'other' (2); groups: 'chat' (1)``, or ``nothing waits on any
        channel``.
    """
    queues = getattr(layer, "_channels", None)
    if not isinstance(queues, dict):
        return "what else waits is not known for this layer"
    held = _named(queues)
    groups = _named(getattr(layer, "_groups", {}))
    messages = f"waiting: {held}" if held else "nothing waits on any channel"
    return f"{messages}; groups: {groups}" if groups else messages


def no_message(layer: ChannelLayerWrapper, channel: str) -> str:
    """Describe what waits on other channels while ``channel`` has no message.

    Args:
        layer: The layer's wrapper.
        channel: The channel that has no message.
    """
    parts = [waiting(layer)]
    for outer in outer_layers(layer.alias):
        sent = len(getattr(outer, "_channels", {}).get(channel, ()))
        if sent:
            parts.append(
                f"{sent} message(s) on {channel!r} were sent while the class was set up "
                "(setUpClass, setUpTestData): every test has a layer of its own, so send them in "
                "setUp()"
            )
    return "\n".join(parts)


def _named(things: Any) -> str:
    """Return the names of the collections that are not empty, each with its length."""
    named = [f"{name!r} ({len(held)})" for name, held in things.items() if held]
    more = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
    return f"{', '.join(named[:_MOST_NAMED])}{more}"


def no_route(message: Message) -> str:
    """Describe the channel and path of a message that no route fits, and the routes."""
    routes = list(_in_words(message.channel_layer.router.root.routing))
    path = f" and path {message.content['path']!r}" if "path" in message.content else ""
    return (
        f"no route fits channel {message.channel.name!r}{path}; "
        f"routes: {'; '.join(routes) if routes else 'none'}"
    )


def _in_words(routing: Any, prefix: str = "") -> Iterator[str]:
    for entry in routing:
        if isinstance(entry, Include):
            found = [f"{name}={regex.pattern}" for name, regex in entry.prefixes.items()]
            inner = f"under {', '.join(found)}: " if found else ""
            yield from _in_words(entry.routing, prefix + inner)
        else:
            yield f"{prefix}{entry}"


def missing_session(message: Message, error: Exception) -> str | None:
    """Explain the error of a consumer that used its ``http_session``, which is ``None``.

    Args:
        message: The message that the consumer got.
        error: What it raised.

    Returns:
        What to do, or ``None`` if the error is another one.
    """
    is_none = isinstance(error, AttributeError | TypeError) and "NoneType" in str(error)
    if not is_none or getattr(message, "http_session", message) is not None:
        return None
    return (
        "message.http_session is None: the message has no session cookie. Only the first message "
        "of a connection brings it; http_session and http_user do not remember it, but "
        "http_user_and_session, or @channel_and_http_session, does"
    )
