"""The base of management commands that serve a channel layer together with other processes."""

from __future__ import annotations

from typing import Any

from channels import DEFAULT_CHANNEL_LAYER
from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser

from ..asgi import ChannelLayerWrapper, channel_layers
from ..log import setup_logger


class LayerCommand(BaseCommand):
    """A command with the option ``--layer``.

    Attributes:
        channel_layer: The layer that the option names, once `prepare` was called.
        logger: The logger ``django.channels``, which writes to the console.
        options: The options of the command line.
    """

    channel_layer: Any

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``--layer``."""
        super().add_arguments(parser)
        parser.add_argument(
            "--layer",
            default=DEFAULT_CHANNEL_LAYER,
            help="Channel layer alias to use, if not the default.",
        )

    def prepare(self, options: dict[str, Any]) -> None:
        """Set the attributes.

        Raises:
            CommandError: The layer lives in this process only.
        """
        self.options, self.verbosity = options, options.get("verbosity", 1)
        self.logger = setup_logger("django.channels", self.verbosity)
        self.channel_layer = _shared_layer(options.get("layer", DEFAULT_CHANNEL_LAYER))


def _shared_layer(alias: str) -> ChannelLayerWrapper:
    layer = channel_layers[alias]
    if not layer.local_only():
        return layer
    raise CommandError(
        "You cannot span multiple processes with the in-memory layer. "
        "Change your settings to use a cross-process channel layer."
    )
