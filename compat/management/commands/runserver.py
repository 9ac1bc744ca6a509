"""``manage.py runserver``: the development server, with workers beside it."""

from __future__ import annotations

import logging
import os
import sys
import threading
from datetime import datetime
from typing import TYPE_CHECKING, Any

from channels import DEFAULT_CHANNEL_LAYER
from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandParser
from django.core.management.commands.runserver import Command as RunserverCommand
from django.utils import autoreload

from ...asgi import channel_layers
from ...handler import ViewConsumer
from ...log import setup_logger
from ...serving.server import Server, build_endpoint_description_strings
from ...staticfiles import default_consumer
from ...worker import Worker

if TYPE_CHECKING:
    from channeltest.compat.base_layer import BaseChannelLayer

_WEBSOCKET_VERBS = {
    "connected": "CONNECT",
    "disconnected": "DISCONNECT",
    "connecting": "HANDSHAKING",
    "rejected": "REJECT",
}


_OPTIONS: dict[str, dict[str, Any]] = {
    "--noworker": {
        "action": "store_false",
        "dest": "run_worker",
        "help": "Tells Django not to run a worker thread; you'll need to run one separately.",
    },
    "--noasgi": {
        "action": "store_false",
        "dest": "use_asgi",
        "help": "Run the old WSGI-based runserver rather than the ASGI-based one",
    },
    "--http_timeout": {
        "type": int,
        "default": 60,
        "help": "Specify the daphne http_timeout interval in seconds (default: 60)",
    },
    "--websocket_handshake_timeout": {
        "type": int,
        "default": 5,
        "help": "Specify the daphne websocket_handshake_timeout interval in seconds (default: 5)",
    },
}


class Command(RunserverCommand):
    """Serve the default channel layer of a Channels 1 project, and run its consumers.

    Where the settings name no such layer (Channels 4's have no ``ROUTING``), or with
    ``--noasgi``, it is Django's own command.

    Attributes:
        server_cls: What serves the layer; made with keyword arguments, then ``run()``.

    Source: Channels 1.1.8.
    """

    protocol = "http"
    server_cls: Any = Server

    http_timeout: int
    websocket_handshake_timeout: int

    # Set by Django's handle().
    addr: str
    port: str
    _raw_ipv6: bool

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options of Channels 1 to Django's."""
        super().add_arguments(parser)
        for option, meaning in _OPTIONS.items():
            parser.add_argument(option, **meaning)

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the options and go on as Django's command does."""
        for name in ("http_timeout", "websocket_handshake_timeout"):
            setattr(self, name, options.get(name, _OPTIONS[f"--{name}"]["default"]))
        self.verbosity = options.get("verbosity", 1)
        self.logger = setup_logger("django.channels", self.verbosity)
        super().handle(*args, **options)

    def inner_run(self, *args: Any, **options: Any) -> None:
        """Check the project, start the workers and serve until the server stops."""
        if options.get("use_asgi", True) and _has_routed_layer():
            self._serve_layer(*args, **options)
        else:
            self.server_cls = RunserverCommand.server_cls
            super().inner_run(*args, **options)

    def _serve_layer(self, *args: Any, **options: Any) -> None:
        autoreload.raise_last_exception()
        # Before the checks: the reloader then knows the modules of the routing from the beginning.
        self._open_layer(self.get_consumer(*args, **options))
        self._check_project(options)
        self._greet()
        workers = self._start_workers(options) if options.get("run_worker", True) else []
        try:
            self._serve(options)
        finally:
            for worker in workers:
                worker.stop()

    def _open_layer(self, http_consumer: ViewConsumer) -> None:
        self.channel_layer = channel_layers[DEFAULT_CHANNEL_LAYER]
        self.channel_layer.router.check_default(http_consumer)

    def _check_project(self, options: dict[str, Any]) -> None:
        if not options.get("skip_checks"):
            self.stdout.write("Performing system checks...\n\n")
            self.check(display_num_errors=True)
        self.check_migrations()

    def _start_workers(self, options: dict[str, Any]) -> list[WorkerThread]:
        count = 4 if options.get("use_threading", True) else 1
        workers = [WorkerThread(self.channel_layer, self.logger) for _ in range(count)]
        for worker in workers:
            worker.daemon = True
            worker.start()
        return workers

    def _greet(self) -> None:
        address = f"[{self.addr}]" if self._raw_ipv6 else self.addr
        quit_command = "CTRL-BREAK" if sys.platform == "win32" else "CONTROL-C"
        self.stdout.write(
            f"{datetime.now():%B %d, %Y - %X}\n"
            f"Django version {self.get_version()}, using settings {settings.SETTINGS_MODULE!r}\n"
            f"Starting Channels development server at {self.protocol}://{address}:{self.port}/\n"
            f"Channel layer {self.channel_layer}\n"
            f"Quit the server with {quit_command}.\n"
        )

    def _serve(self, options: dict[str, Any]) -> None:
        self.logger.debug("Daphne running, listening on %s:%s", self.addr, self.port)
        try:
            server = self.server_cls(
                endpoints=build_endpoint_description_strings(host=self.addr, port=self.port),
                channel_layer=self.channel_layer,
                root_path=settings.FORCE_SCRIPT_NAME or "",
                ws_protocols=getattr(settings, "CHANNELS_WS_PROTOCOLS", None),
                http_timeout=self.http_timeout,
                websocket_handshake_timeout=self.websocket_handshake_timeout,
                action_logger=self.log_action,
                # Under the reloader this is not the main thread, which alone gets signals.
                signal_handlers=not options["use_reloader"],
            )
            server.run()
            self.logger.debug("Daphne exited")
        except OSError as error:
            self.stderr.write(f"Error: {error}")
            # Under the reloader this is not the main thread, which alone can exit.
            os._exit(1)
        except KeyboardInterrupt:
            if options.get("shutdown_message"):
                self.stdout.write(options["shutdown_message"])

    def log_action(self, protocol: str, action: str, details: dict[str, Any]) -> None:
        """Write a line about a request to standard error.

        Args:
            protocol: ``"http"`` or ``"websocket"``.
            action: What happened: ``"complete"``, ``"connected"``, ``"rejected"`` and so on.
            details: ``path`` and ``client``; for HTTP also ``method``, ``status`` and
                ``time_taken`` (seconds).
        """
        line = f"[{datetime.now():%Y/%m/%d %H:%M:%S}] "
        if (protocol, action) == ("http", "complete"):
            line += "HTTP {method} {path} {status} [{time_taken:.2f}, {client}]\n".format(**details)
            line = self._style_of(details["status"])(line)
        elif protocol == "websocket" and action in _WEBSOCKET_VERBS:
            line += "WebSocket {} {path} [{client}]\n".format(_WEBSOCKET_VERBS[action], **details)
        sys.stderr.write(line)

    def _style_of(self, status: int) -> Any:
        special = {304: "NOT_MODIFIED", 404: "NOT_FOUND"}
        families = {1: "INFO", 2: "SUCCESS", 3: "REDIRECT", 4: "BAD_REQUEST"}
        name = special.get(status) or families.get(status // 100, "SERVER_ERROR")
        return getattr(self.style, f"HTTP_{name}")

    def get_consumer(self, *args: Any, **options: Any) -> ViewConsumer:
        """Return what serves ``http.request``: with static files if they are to be served."""
        wanted = options.get("use_static_handler", apps.is_installed("django.contrib.staticfiles"))
        allowed = settings.DEBUG or options.get("insecure_serving", False)
        return default_consumer(serves_static=bool(wanted and allowed))


class WorkerThread(threading.Thread):
    """A thread that runs a worker on a channel layer; source: Channels 1.1.8."""

    def __init__(self, channel_layer: BaseChannelLayer, logger: logging.Logger) -> None:
        super().__init__()
        self.channel_layer = channel_layer
        self.logger = logger
        self.worker = Worker(channel_layer=channel_layer, signal_handlers=False)

    def run(self) -> None:
        """Run the worker."""
        self.logger.debug("Worker thread running")
        self.worker.ready()
        self.worker.run()
        self.logger.debug("Worker thread exited")

    def stop(self) -> None:
        """Have the worker return after its current message."""
        self.worker.termed = True


def _has_routed_layer() -> bool:
    """Whether the default layer is one of Channels 1: those of Channels 4 have no routing."""
    if DEFAULT_CHANNEL_LAYER not in channel_layers:
        return False
    configured = getattr(settings, "CHANNEL_LAYERS", {}).get(DEFAULT_CHANNEL_LAYER)
    return configured is None or "ROUTING" in configured
