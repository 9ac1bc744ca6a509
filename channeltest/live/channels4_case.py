"""The live server test case of Channels 2 and later."""

from __future__ import annotations

import contextlib
from typing import Any, ClassVar

from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler

from ..errors import LiveServerError
from .case import LiveTestCase, Site
from .layers import LayersInPlace, memory_layers, other_test_layers
from .setups import ApplicationProcess
from .transfer import SettingsInForce


class ChannelsLiveServerTestCase(LiveTestCase):
    """A test case whose ASGI application is served: that of ``ASGI_APPLICATION``.

    All tests of the class share a server. It starts when the first of them asks for its address,
    and anew when a test has ended it, each time with the settings of the class: what a test
    overrides reaches threads while the test runs, and processes never. Channel layers with a
    ``TEST_CONFIG`` are made with that; in threads, those of Channels 1 are in memory.

    Attributes:
        ProtocolServerProcess: What the server process does (`ApplicationProcess`).
        static_wrapper: What serves static files around the application.

    Source: ``channels.testing``, whose server starts with the class.
    """

    ProtocolServerProcess: ClassVar[Any] = ApplicationProcess
    static_wrapper: ClassVar[Any] = ASGIStaticFilesHandler

    _running: ClassVar[Site | None] = None
    _settings: ClassVar[SettingsInForce]
    _is_checked = False

    @classmethod
    def setUpClass(cls) -> None:
        """Put the layers in place.

        Raises:
            ImproperlyConfigured: A database is in memory.
        """
        super().setUpClass()
        own = other_test_layers() if cls.server == "process" else memory_layers()
        layers = LayersInPlace(own)
        layers.enter()
        cls.addClassCleanup(layers.leave)
        cls._running = None
        cls._settings = SettingsInForce()
        cls.addClassCleanup(cls._stop)

    def _site(self) -> Site:
        cls = type(self)
        if not self._is_checked:
            self._is_checked = True
            # The end of a server may show only when the test is over that brought it about.
            with contextlib.suppress(LiveServerError):
                self._check()
            self.addCleanup(self._check)
        if cls._running is None:
            with cls._settings.restored():
                cls._running = cls._start()
        cls._running.check()
        return cls._running

    def _check(self) -> None:
        """Fail the test that has ended the server, and spare the next."""
        site = self._running
        if site is None:
            return
        try:
            site.check()
        except LiveServerError:
            type(self)._running = None
            # It raises what it has raised just now.
            site.stop()

    @classmethod
    def _stop(cls) -> None:
        site, cls._running = cls._running, None
        if site is not None:
            site.stop()

    @classmethod
    def _start(cls) -> Site:
        return cls._serve_application(cls.ProtocolServerProcess, cls.static_wrapper)
