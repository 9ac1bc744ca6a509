"""``manage.py runworker``: the worker process."""

from __future__ import annotations

import logging
from typing import Any

from channels import DEFAULT_CHANNEL_LAYER
from channels.layers import get_channel_layer
from channels.routing import get_default_application
from django.apps import apps
from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser

from ...asgi import channel_layers
from ...log import setup_logger
from ...message import Message
from ...signals import worker_process_ready
from ...staticfiles import StaticFilesConsumer
from ...worker import Worker, WorkerGroup

application_logger = logging.getLogger("django.channels.worker")


class Command(BaseCommand):
    """Run the consumers of Channels 1, or the application of Channels 4.

    With channels on the command line it is the command of Channels 4 and runs the application
    of the settings on them; without, that of Channels 1.1.8, which listens on every channel
    that the layer's routing names.
    """

    help = "Runs the consumers of the channel layer's routing, or the application on channels."

    worker_class: type[Worker] = Worker

    channel_layer: Any

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options of Channels 1 and the channels of Channels 4."""
        super().add_arguments(parser)
        parser.add_argument(
            "channels", nargs="*", help="Channels that the ASGI application listens on."
        )
        parser.add_argument(
            "--layer",
            default=DEFAULT_CHANNEL_LAYER,
            help="Channel layer alias to use, if not the default.",
        )
        parser.add_argument(
            "--only-channels",
            action="append",
            help="Limits this worker to only listening on the provided channels "
            "(supports globbing).",
        )
        parser.add_argument(
            "--exclude-channels",
            action="append",
            help="Prevents this worker from listening on the provided channels "
            "(supports globbing).",
        )
        parser.add_argument("--threads", default=1, type=int, help="Number of threads to execute.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run a worker until it is told to stop.

        Raises:
            CommandError: The layer lives in this process only, or there is none.
        """
        self.verbosity = options.get("verbosity", 1)
        self.options = options
        if options.get("channels"):
            self._run_application(options["channels"])
        else:
            self._run_consumers()

    def _run_application(self, channels: list[str]) -> None:
        self.channel_layer = get_channel_layer(self.options.get("layer", DEFAULT_CHANNEL_LAYER))
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
        self.logger = setup_logger("django.channels", self.verbosity)
        self.channel_layer = channel_layers[self.options.get("layer", DEFAULT_CHANNEL_LAYER)]
        self.n_threads = self.options.get("threads", 1)
        if self.channel_layer.local_only():
            raise CommandError(
                "You cannot span multiple processes with the in-memory layer. "
                "Change your settings to use a cross-process channel layer."
            )
        self._add_default_routes()
        self.callback = self.consumer_called if self.verbosity > 1 else None
        arguments: dict[str, Any] = {
            "channel_layer": self.channel_layer,
            "callback": self.callback,
            "only_channels": self.options.get("only_channels"),
            "exclude_channels": self.options.get("exclude_channels"),
        }
        worker_class: type[Worker] = Worker
        if self.n_threads == 1:
            self.logger.info("Using single-threaded worker.")
        else:
            self.logger.info("Using multi-threaded worker, %s thread(s).", self.n_threads)
            worker_class, arguments["n_threads"] = WorkerGroup, self.n_threads
        self.logger.info("Running worker against channel layer %s", self.channel_layer)
        try:
            worker = worker_class(**arguments)
            worker_process_ready.send(sender=worker)
            worker.ready()
            worker.run()
        except KeyboardInterrupt:
            pass

    def _add_default_routes(self) -> None:
        router = self.channel_layer.router
        if settings.DEBUG and apps.is_installed("django.contrib.staticfiles"):
            router.check_default(http_consumer=StaticFilesConsumer())
        else:
            router.check_default()

    def consumer_called(self, channel: str, message: Message) -> None:
        """Log which channel a message came on; the worker's callback when verbose."""
        self.logger.debug("%s", channel)
