"""`Channel` and `Group`: how application code of Channels 1 sends."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from channels import DEFAULT_CHANNEL_LAYER

from .advice import with_note
from .asgi import channel_layers
from .layers.outage import until_reached
from .pending import pending_message_store

if TYPE_CHECKING:
    from .base_layer import BaseChannelLayer


class _Named:
    """What a channel and a group have in common: a name, on a layer."""

    def __init__(
        self,
        name: str | bytes,
        alias: str = DEFAULT_CHANNEL_LAYER,
        channel_layer: BaseChannelLayer | None = None,
    ) -> None:
        self.name = name.decode("ascii") if isinstance(name, bytes) else name
        self.channel_layer: BaseChannelLayer = channel_layer or channel_layers[alias]

    def _holds_back(self, content: dict[str, Any], immediately: bool, verify: str) -> bool:
        """Keep a message until the running consumer has finished, if one is running.

        Args:
            content: The message.
            immediately: Whether it is to be sent at once.
            verify: The name of a layer's method that raises, without sending, what sending the
                message would raise. A layer need not have it.

        Returns:
            Whether the message is kept.
        """
        if immediately or not pending_message_store.active:
            return False
        check = getattr(self.channel_layer, verify, None)
        if check is not None:
            check(self.name, content)
        pending_message_store.append(self, content)  # type: ignore[arg-type]
        return True


def _require_dict(content: object, error: type[Exception]) -> None:
    if not isinstance(content, dict):
        raise with_note(
            error("You can only send dicts as content on channels."),
            f"This is a {type(content).__name__}: {content!r:.80}. Put it under a key of a dict.",
        )


class Channel(_Named):
    """A channel to send messages on.

    Args:
        name: The channel's name; bytes are decoded as ASCII.
        alias: Which of ``CHANNEL_LAYERS`` carries it.
        channel_layer: The layer to use instead of the one that ``alias`` names.

    Attributes:
        name: The channel's name (str).
        channel_layer: The layer that carries it.

    Raises:
        KeyError: No layer has this alias.

    Source: Channels 1.1.8.
    """

    def send(self, content: dict[str, Any], immediately: bool = False) -> None:
        """Send ``content`` on the channel.

        Inside a consumer the message waits until the consumer has finished.

        Args:
            content: The message, a dict of what a channel layer can carry.
            immediately: Send at once, inside a consumer too.

        Raises:
            TypeError: ``content`` is no dict, or the channel's name is not valid.
            ChannelFull: The channel holds as many messages as it may (when sent at once).
        """
        _require_dict(content, TypeError)
        if not self._holds_back(content, immediately, "verify_send"):
            self.channel_layer.send(self.name, content)

    def __str__(self) -> str:
        return self.name


class Group(_Named):
    """A group of channels that get the same messages.

    Args:
        name: The group's name; bytes are decoded as ASCII.
        alias: Which of ``CHANNEL_LAYERS`` carries it.
        channel_layer: The layer to use instead of the one that ``alias`` names.

    Attributes:
        name: The group's name (str).
        channel_layer: The layer that carries it.

    Raises:
        KeyError: No layer has this alias.

    Source: Channels 1.1.8.
    """

    def add(self, channel: Channel | str) -> None:
        """Add a channel, by name or as a `Channel`; adding again renews its expiry.

        In a consumer this waits while the layer cannot be reached.
        """
        self._change(self.channel_layer.group_add, channel)

    def discard(self, channel: Channel | str) -> None:
        """Take a channel out of the group; no error if it is not in it.

        In a consumer this waits while the layer cannot be reached.
        """
        self._change(self.channel_layer.group_discard, channel)

    def _change(self, change: Callable[[str, str], None], channel: Channel | str) -> None:
        name = channel.name if isinstance(channel, Channel) else channel
        if pending_message_store.active:
            # The consumer has taken its message off the layer: nobody would do this later.
            until_reached(self.channel_layer, lambda: change(self.name, name))
        else:
            change(self.name, name)

    def send(self, content: dict[str, Any], immediately: bool = False) -> None:
        """Send ``content`` to every channel of the group; full channels miss it.

        Inside a consumer the message waits until the consumer has finished.

        Args:
            content: The message, a dict of what a channel layer can carry.
            immediately: Send at once, inside a consumer too.

        Raises:
            ValueError: ``content`` is no dict (1.1.8 raises TypeError for a channel, but
                ValueError for a group).
            TypeError: The group's name is not valid.
        """
        _require_dict(content, ValueError)
        if not self._holds_back(content, immediately, "verify_send_group"):
            self.channel_layer.send_group(self.name, content)
