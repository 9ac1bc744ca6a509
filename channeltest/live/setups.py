"""What the processes of a live server do, by class: the hooks of Channels 1.1.8.

A test case names them as ``ProtocolServerProcess`` and ``WorkerProcess``. A subclass may override
`ProcessSetup.common_setup`, say, to patch something in the child.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.apps import apps
from django.test.utils import modify_settings, override_settings

from ..compat.staticfiles import StaticFilesConsumer
from ..compat.worker import Worker, WorkerGroup
from . import databases
from .applications import interface_application
from .layers import LayersInPlace, make_test_layer, other_test_layers
from .listening import listen
from .serving import serve


class ProcessSetup:
    """What every process of a live server does first.

    Attributes:
        overridden_settings: The settings that ``override_settings`` of the test class names.
        modified_settings: What ``modify_settings`` of the test class says, or ``None``.
        databases: Settings of the databases by alias, with the names of the test's.
        routing: The routes in force in the test, ``None`` for those of the settings.
        port: The TCP port that is wanted of a server, 0 for a free one.
    """

    overridden_settings: Mapping[str, Any] | None = None
    modified_settings: Any = None
    databases: Mapping[str, Mapping[str, Any]] = {}
    routing: Any = None
    port = 0

    def common_setup(self) -> None:
        """Have this process use what the test uses: databases and settings."""
        self.setup_databases()
        self.override_settings()

    def setup_databases(self) -> None:
        """Use the test databases, over connections of this process's own."""
        databases.use(self.databases)

    def override_settings(self) -> None:
        """Apply the overrides of the test class, and tell those who listen for them."""
        if self.overridden_settings:
            override_settings(**self.overridden_settings).enable()
        if self.modified_settings:
            modify_settings(self.modified_settings).enable()

    def setup_layer(self) -> Any:
        """Make a layer of ``TEST_CONFIG``, put it in place of the default one and return it."""
        layer = make_test_layer(self.routing)
        LayersInPlace([layer]).enter()
        return layer


class WorkerProcess(ProcessSetup):
    """A worker process of Channels 1.

    Args:
        is_ready: Its ``set()`` is called when the worker is about to take messages.
        n_threads: Threads that run consumers.
        overridden_settings: As for `ProcessSetup`.
        modified_settings: As for `ProcessSetup`.
        databases: As for `ProcessSetup`.
        serve_static: Whether static files are served.

    Source: Channels 1.1.8.
    """

    def __init__(
        self,
        is_ready: Any,
        n_threads: int,
        overridden_settings: Mapping[str, Any] | None,
        modified_settings: Any,
        databases: Mapping[str, Mapping[str, Any]],
        serve_static: bool,
    ) -> None:
        self.is_ready = is_ready
        self.n_threads = n_threads
        self.overridden_settings = overridden_settings
        self.modified_settings = modified_settings
        self.databases = databases
        self.serve_static = serve_static

    def run(self) -> None:
        """Run consumers until the process is ended."""
        self.common_setup()
        layer = self.setup_layer()
        add_default_routes(layer, self.serve_static)
        worker: Worker
        if self.n_threads == 1:
            worker = Worker(channel_layer=layer, signal_handlers=False)
        else:
            worker = WorkerGroup(
                channel_layer=layer, signal_handlers=False, n_threads=self.n_threads
            )
        worker.ready()
        self.is_ready.set()
        worker.run()


class DaphneProcess(ProcessSetup):
    """A server process of Channels 1, which hands what comes in to the channel layer.

    It runs Daphne, or uvicorn where Daphne is not installed.

    Args:
        host: Name or address to listen on.
        port_storage: Its ``value`` is set to the TCP port.
        is_ready: Its ``set()`` is called when the server takes connections.
        overridden_settings: As for `ProcessSetup`.
        modified_settings: As for `ProcessSetup`.
        databases: As for `ProcessSetup`.

    Source: Channels 1.1.8.
    """

    def __init__(
        self,
        host: str,
        port_storage: Any,
        is_ready: Any,
        overridden_settings: Mapping[str, Any] | None,
        modified_settings: Any,
        databases: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self.host = host
        self.port_storage = port_storage
        self.is_ready = is_ready
        self.overridden_settings = overridden_settings
        self.modified_settings = modified_settings
        self.databases = databases

    def run(self) -> None:
        """Serve until the process is ended."""
        self.common_setup()
        self.setup_layer()
        application = interface_application()
        with listen(self.host, self.port) as listening:
            self.port_storage.value = listening.getsockname()[1]
            serve(application, listening, self.is_ready.set)


class ApplicationProcess(ProcessSetup):
    """A server process for an ASGI application.

    It runs Daphne, or uvicorn where Daphne is not installed.

    Args:
        host: Name or address to listen on.
        get_application: Makes the application, in the child.
        kwargs: Arguments of Daphne's server.
        setup: Called before serving.
        teardown: Called after serving, should it end.
        port: The TCP port, ``None`` or 0 for a free one.

    Attributes:
        port_storage: Its ``value`` is set to the TCP port.
        is_ready: Its ``set()`` is called when the server takes connections.

    Source: the arguments are those of ``daphne.testing.DaphneProcess``.
    """

    port_storage: Any
    is_ready: Any

    def __init__(
        self,
        host: str,
        get_application: Callable[[], Any],
        kwargs: Mapping[str, Any] | None = None,
        setup: Callable[[], object] | None = None,
        teardown: Callable[[], object] | None = None,
        port: int | None = None,
    ) -> None:
        self.host = host
        self.get_application = get_application
        self.kwargs = dict(kwargs or {})
        self.setup = setup
        self.teardown = teardown
        self.port = port or 0

    def run(self) -> None:
        """Serve until the process is ended."""
        self.common_setup()
        LayersInPlace(other_test_layers()).enter()
        application = self.get_application()
        if self.setup is not None:
            self.setup()
        try:
            with listen(self.host, self.port) as listening:
                self.port_storage.value = listening.getsockname()[1]
                serve(application, listening, self.is_ready.set, **self.kwargs)
        finally:
            if self.teardown is not None:
                self.teardown()


def add_default_routes(layer: Any, serve_static: bool) -> None:
    """Add the routes that a running project needs behind a layer's own.

    Args:
        layer: The layer, in its wrapper.
        serve_static: Whether they serve static files, if the app is installed.
    """
    if serve_static and apps.is_installed("django.contrib.staticfiles"):
        layer.router.check_default(http_consumer=StaticFilesConsumer())
    else:
        layer.router.check_default()
