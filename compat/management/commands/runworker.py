"""``manage.py runworker``: the worker process."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any

from channels import DEFAULT_CHANNEL_LAYER
from channels.layers import get_channel_layer
from channels.routing import get_default_application
from django.core.management import CommandError
from django.core.management.base import CommandParser

from ...message import Message
from ...signals import worker_process_ready
from ...staticfiles import default_consumer
from ...worker import Worker, WorkerGroup
from ..layer_command import LayerCommand

application_logger = logging.getLogger("django.channels.worker")


class Command(LayerCommand):
    """Run the consumers of Channels 1, or the application of Channels 4.

    With channels on the command line it is the command of Channels 4 and runs the application
    of the settings on them; without, that of Channels 1.1.8, which listens on every channel
    that the layer's routing names.
    """

    help = "Runs the consumers of the channel layer's routing, or the application on channels."

    worker_class: type[Worker] = Worker

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options of Channels 1 and the channels of Channels 4."""
        super().add_arguments(parser)
        parser.add_argument(
            "channels", nargs="*", help="Channels that the ASGI application listens on."
        )
        globs = {
            "--only-channels": "Limits this worker to only listening on the provided channels",
            "--exclude-channels": "Prevents this worker from listening on the provided channels",
        }
        for option, effect in globs.items():
            parser.add_argument(option, action="append", help=f"{effect} (supports globbing).")
        parser.add_argument("--threads", default=1, type=int, help="Number of threads to execute.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run a worker until it is stopped.

        Raises:
            CommandError: The layer lives in this process only, or there is none.
        """
        if options.get("channels"):
            self._run_application(options)
        else:
            self.prepare(options)
            self._run_consumers()

    def _run_application(self, options: dict[str, Any]) -> None:
        self.options, channels = options, options["channels"]
        self.channel_layer = get_channel_layer(options.get("layer", DEFAULT_CHANNEL_LAYER))
        if self.channel_layer is None:
            raise CommandError("You do not have any CHANNEL_LAYERS configured.")
        application_logger.info("Running worker for channels %s", channels)
        worker = self.worker_class(
            application=get_default_application(),
            channels=channels,
            channel_layer=self.channel_layer,
        )
        worker.run()

    def _run_consumers(self) -> None:
        layer = self.channel_layer
        layer.router.check_default(default_consumer())
        worker = self._make_worker(
            channel_layer=layer,
            callback=self.consumer_called if self.verbosity > 1 else None,
            only_channels=self.options.get("only_channels"),
            exclude_channels=self.options.get("exclude_channels"),
        )
        self.logger.info("Running worker against channel layer %s", layer)
        with suppress(KeyboardInterrupt):
            worker_process_ready.send(sender=worker)
            worker.ready()
            worker.run()

    def _make_worker(self, **arguments: Any) -> Worker:
        self.callback = arguments["callback"]
        self.n_threads = self.options.get("threads", 1)
        if self.n_threads != 1:
            self.logger.info("Using multi-threaded worker, %s thread(s).", self.n_threads)
            return WorkerGroup(**arguments, n_threads=self.n_threads)
        self.logger.info("Using single-threaded worker.")
        return Worker(**arguments)

    def consumer_called(self, channel: str, message: Message) -> None:
        """Log which channel a message came on; the worker's callback when verbose."""
        self.logger.debug("%s", channel)
