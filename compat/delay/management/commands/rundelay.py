"""``manage.py rundelay``: the worker of delayed messages."""

from __future__ import annotations

from typing import Any

from channels import DEFAULT_CHANNEL_LAYER
from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser

from ....asgi import channel_layers
from ....log import setup_logger
from ...worker import Worker


class Command(BaseCommand):
    """Run the delay worker of Channels 1.1.8."""

    help = "Sends the messages of asgi.delay when they are due."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``--layer`` and ``--sleep``."""
        super().add_arguments(parser)
        parser.add_argument(
            "--layer",
            default=DEFAULT_CHANNEL_LAYER,
            help="Channel layer alias to use, if not the default.",
        )
        parser.add_argument(
            "--sleep",
            default=1,
            type=float,
            help="Amount of time to sleep between checks, in seconds.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the worker.

        Raises:
            CommandError: The layer lives in this process only.
        """
        self.verbosity = options.get("verbosity", 1)
        self.logger = setup_logger("django.channels", self.verbosity)
        self.channel_layer = channel_layers[options.get("layer", DEFAULT_CHANNEL_LAYER)]
        if self.channel_layer.local_only():
            raise CommandError(
                "You cannot span multiple processes with the in-memory layer. "
                "Change your settings to use a cross-process channel layer."
            )
        self.options = options
        self.logger.info("Running delay against channel layer %s", self.channel_layer)
        try:
            worker = Worker(
                channel_layer=self.channel_layer, database_sleep_duration=options["sleep"]
            )
            worker.run()
        except KeyboardInterrupt:
            pass
