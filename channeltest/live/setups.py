"""What the processes of a live server do, by class: the hooks of Channels 1.1.8.

A test case names them as ``ProtocolServerProcess`` and ``WorkerProcess``. A subclass may override
`ProcessSetup.common_setup`, for example to patch something in the child.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from django.test.utils import modify_settings, override_settings

from ..compat.applications.callables import AnyApplication
from ..compat.asgi import ChannelLayerWrapper
from ..compat.worker import Worker, WorkerGroup
from . import databases
from .child import IsReady, PortStorage
from .databases import Databases
from .layers import LayersInPlace, make_test_layer, other_test_layers
from .serving import add_default_routes, interface_application, listen, serve, with_fresh_caches

Overrides = Mapping[str, Any]


class ProcessSetup:
    """What every process of a live server does first.

    Attributes:
        overridden_settings: The settings that ``override_settings`` of the test class names.
        modified_settings: What ``modify_settings`` of the test class says, or ``None``.
        databases: Settings of the databases by alias, with the names of the test's.
        routing: The routes in force in the test, ``None`` for those of the settings.
        port: The TCP port that is wanted of a server, 0 for a free one.
        serve_static: Whether static files are served.
    """

    overridden_settings: Overrides | None
    modified_settings: Overrides | None
    databases: Databases
    routing: Any = None
    port: int | None = 0
    serve_static = True

    def common_setup(self) -> None:
        """Have this process use what the test uses: databases and settings."""
        self.setup_databases()
        self.override_settings()

    def setup_databases(self) -> None:
        """Use the test databases, over connections of this process's own."""
        databases.use(self.databases)

    def override_settings(self) -> None:
        """Apply the overrides of the test class, with the signals that they send."""
        overrides = override_settings(**(self.overridden_settings or {}))
        modifications = modify_settings(self.modified_settings or {})
        for each in (overrides, modifications):
            each.enable()

    def setup_layer(self) -> ChannelLayerWrapper:
        """Make a layer of ``TEST_CONFIG``, put it in place of the default one and return it."""
        layer = make_test_layer(self.routing)
        LayersInPlace([layer]).enter()
        return layer

    def serve(
        self,
        application: AnyApplication,
        port_storage: PortStorage,
        is_ready: IsReady,
        **options: Any,
    ) -> None:
        """Serve an application until the process is ended.

        Args:
            application: The ASGI application.
            port_storage: Its ``value`` is set to the TCP port.
            is_ready: Its ``set()`` is called when the server takes connections.
            options: Arguments of Daphne's server.
        """
        host: str = getattr(self, "host", "localhost")
        with listen(host, self.port or 0) as listening:
            port_storage.value = listening.getsockname()[1]
            serve(application, listening, is_ready.set, **options)


@dataclass(eq=False)
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

    is_ready: IsReady
    n_threads: int
    overridden_settings: Overrides | None
    modified_settings: Overrides | None
    databases: Databases
    serve_static: bool

    def run(self) -> None:
        """Run consumers until the process is ended."""
        self.common_setup()
        worker = self.make_worker()
        worker.ready()
        self.is_ready.set()
        worker.run()

    def make_worker(self) -> Worker:
        """Return a worker with as many threads as are wanted, on the layer of the test."""
        layer = self.setup_layer()
        add_default_routes(layer, self.serve_static)
        if self.n_threads > 1:
            return WorkerGroup(layer, signal_handlers=False, n_threads=self.n_threads)
        return Worker(layer, signal_handlers=False)


@dataclass(eq=False)
class DaphneProcess(ProcessSetup):
    """A server process of Channels 1, which turns what comes in into messages on the layer.

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

    host: str
    port_storage: PortStorage
    is_ready: IsReady
    overridden_settings: Overrides | None
    modified_settings: Overrides | None
    databases: Databases

    def run(self) -> None:
        """Serve until the process is ended."""
        self.common_setup()
        self.setup_layer()
        application = interface_application(self.serve_static)
        self.serve(application, self.port_storage, self.is_ready)


@dataclass(eq=False)
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

    host: str
    get_application: Callable[[], AnyApplication]
    kwargs: Mapping[str, Any] | None = None
    setup: Callable[[], object] | None = None
    teardown: Callable[[], object] | None = None
    port: int | None = None
    overridden_settings: Overrides | None = field(default=None, init=False)
    modified_settings: Overrides | None = field(default=None, init=False)
    databases: Databases = field(default_factory=dict, init=False)
    port_storage: PortStorage = field(init=False)
    is_ready: IsReady = field(init=False)

    def run(self) -> None:
        """Serve until the process is ended."""
        self.common_setup()
        LayersInPlace(other_test_layers()).enter()
        application = with_fresh_caches(self.get_application())
        with ExitStack() as stack:
            if self.setup is not None:
                self.setup()
            if self.teardown is not None:
                stack.callback(self.teardown)
            self.serve(application, self.port_storage, self.is_ready, **(self.kwargs or {}))
