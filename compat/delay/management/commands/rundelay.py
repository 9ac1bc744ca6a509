"""``manage.py rundelay``: the worker of delayed messages."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.core.management.base import CommandParser

from ....management.layer_command import LayerCommand
from ...worker import Worker


class Command(LayerCommand):
    """Run the delay worker of Channels 1.1.8."""

    help = "Sends the messages of asgi.delay when they are due."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``--layer`` and ``--sleep``."""
        super().add_arguments(parser)
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
        self.prepare(options)
        layer, sleep = self.channel_layer, options["sleep"]
        worker = Worker(channel_layer=layer, database_sleep_duration=sleep)
        self.logger.info("Running delay against channel layer %s", layer)
        with suppress(KeyboardInterrupt):
            worker.run()
