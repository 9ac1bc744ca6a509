"""The live server test case of Channels 1."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler

from ..compat.routing import Router
from . import databases
from .case import LiveTestCase, Site
from .layers import LayersInPlace, make_test_layer, memory_layers, other_test_layers
from .processes import ChildProcess, ProcessSite
from .serving import has_routing, preload_daphne
from .setups import ApplicationProcess, DaphneProcess, WorkerProcess
from .threads import serve_channels


class ChannelLiveServerTestCase(LiveTestCase):
    """A test case whose Channels 1 project is served: a server, workers, a channel layer.

    A project whose consumers are all ported, so that the default layer has no ``ROUTING``, is
    served as `channeltest.ChannelsLiveServerTestCase` serves it: by ``ASGI_APPLICATION``.

    Every test has processes of its own. They start when it first asks for the server's address,
    and so have the routes and settings that are in force then; they start again when it asks
    after `apply_routes` has changed the routes. With processes the layer is made of its
    ``TEST_CONFIG``, for the test too, and flushed before they start; that of its ``CONFIG`` is
    never made. With threads it is in memory.

    Attributes:
        worker_threads: Threads that run consumers (int).
        ProtocolServerProcess: What the server process does (`DaphneProcess`).
        WorkerProcess: What the worker process does (`channeltest.live.setups.WorkerProcess`).

    Source: Channels 1.1.8, which started its processes before ``setUp``, so that nothing that a
    test did reached them.
    """

    ProtocolServerProcess: ClassVar[Any] = DaphneProcess
    WorkerProcess: ClassVar[Any] = WorkerProcess
    worker_threads = 1

    _layers: ClassVar[LayersInPlace]
    _running: Site | None = None
    _running_router: Router | None = None

    @classmethod
    def setUpClass(cls) -> None:
        """Put the layers in place.

        Raises:
            ImproperlyConfigured: A database or the layer is in memory, or there are several layers.
            InvalidChannelLayerError: The layer has no ``TEST_CONFIG``.
        """
        super().setUpClass()
        if cls.server == "thread":
            layers = memory_layers()
        else:
            is_ported = not has_routing() and getattr(settings, "ASGI_APPLICATION", None)
            layers = other_test_layers() if is_ported else [make_test_layer()]
        cls._layers = LayersInPlace(layers)
        cls._layers.enter()
        cls.addClassCleanup(cls._layers.leave)

    def _site(self) -> Site:
        layer = self._layers.default
        router = None if layer is None else layer.router
        if self._running is not None and self._running_router is not router:
            self._stop()
        if self._running is None:
            self._running = self._start()
            self._running_router = router
            # A cleanup, so that nobody writes to the database when it is flushed.
            self.addCleanup(self._stop)
        self._running.check()
        return self._running

    def _stop(self) -> None:
        site, self._running = self._running, None
        if site is not None:
            site.stop()

    def _start(self) -> Site:
        if self._layers.default is None:
            return self._serve_application(ApplicationProcess, ASGIStaticFilesHandler)
        if self.server == "thread":
            return serve_channels(
                self._layers, self.host, self.port, self.worker_threads, self.serve_static
            )
        layer = self._layers.default
        if "flush" in layer.extensions:
            layer.flush()
        overrides = (*self._overrides(), databases.addresses())
        server = ChildProcess("server", self.start_method)
        if server.inherits:
            preload_daphne()
        worker = ChildProcess("worker", self.start_method)
        work = [
            self.ProtocolServerProcess(
                self.host, server.reports.port_storage, server.reports.is_ready, *overrides
            ),
            self.WorkerProcess(
                worker.reports.is_ready, self.worker_threads, *overrides, self.serve_static
            ),
        ]
        children = [server, worker]
        try:
            for child, each in zip(children, work, strict=True):
                each.port = self.port
                each.routing = self._layers.other_routes()
                each.serve_static = self.serve_static
                child.start(each)
        except BaseException:
            for child in children:
                child.stop()
            raise
        return ProcessSite(children)
