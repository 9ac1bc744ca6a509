"""What the live server test cases of both versions have in common."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from multiprocessing.process import BaseProcess
from typing import Any, ClassVar, Literal, Protocol

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase
from django.test.utils import modify_settings, override_settings

from ..compat.applications.callables import AnyApplication
from ..database.sharing import is_in_memory
from . import databases
from .databases import Databases
from .layers import separated, worker
from .processes import ChildProcess, ProcessSite
from .serving import StaticWrapper, default_application, preload_daphne
from .setups import Overrides
from .threads import ThreadSite


class Site(Protocol):
    """A project that is being served.

    Attributes:
        port: Its TCP port.
    """

    port: int

    def check(self) -> None:
        """Do nothing while it serves; else raise what ended it."""

    def stop(self) -> None:
        """Stop serving."""


def _prepared(
    addresses: Databases, get_application: Callable[[], AnyApplication]
) -> AnyApplication:
    """Make an application in a process that is derived from ``daphne.testing.DaphneProcess``."""
    databases.use(addresses)
    return get_application()


class LiveTestCase(TransactionTestCase):
    """A test case whose project is served; begin with one of its two subclasses.

    Attributes:
        host: Name or address that the server listens on (str).
        port: Its TCP port, 0 for a free one (int).
        server: ``"process"``: the project runs in processes of its own, as in production;
            ``"thread"``: in threads of the test's process, with its mocks, settings, clock and
            databases in memory.
        start_method: How processes are started: ``"fork"``, ``"spawn"``, ``"forkserver"``, or
            ``None`` for what multiprocessing is set to.
        serve_static: Whether static files are served, without ``collectstatic``.
    """

    host = "localhost"
    port = 0
    server: ClassVar[Literal["process", "thread"]] = "process"
    start_method: ClassVar[str | None] = None
    serve_static = True

    @classmethod
    def setUpClass(cls) -> None:
        """Check that the project can be served.

        Raises:
            ImproperlyConfigured: It cannot, because a database is in memory.
            ValueError: ``server`` is neither of its values.
        """
        super().setUpClass()
        if cls.server not in ("process", "thread"):
            raise ValueError(f"server is 'process' or 'thread', not {cls.server!r}")
        if cls.server == "process":
            databases.refuse_in_memory(
                [each.alias for each in connections.all() if cls._is_in_memory_db(each)]
            )
        cls._override(modify_settings(ALLOWED_HOSTS={"append": cls.host}))
        configured, process = getattr(settings, "CHANNEL_LAYERS", {}), worker()
        if process:
            own_layers = separated(configured, process)
            cls._override(override_settings(CHANNEL_LAYERS=own_layers))

    @classmethod
    def _override(cls, override: override_settings) -> None:
        override.enable()
        cls.addClassCleanup(override.disable)

    @classmethod
    def _overrides(cls) -> tuple[Overrides, Overrides | None]:
        """What ``override_settings`` and ``modify_settings`` have made of settings on the class."""
        django_case: Any = cls  # its stubs leave these out
        overridden = django_case._overridden_settings or {}
        # As they are by now: a test layer may have got a prefix since.
        current = {name: getattr(settings, name) for name in overridden if hasattr(settings, name)}
        return current, django_case._modified_settings

    @classmethod
    def _is_in_memory_db(cls, connection: BaseDatabaseWrapper) -> bool:
        """Whether a connection's database is in memory; the originals have this hook."""
        return is_in_memory(connection)

    @property
    def live_server_url(self) -> str:
        """Where the project is served: ``http://`` and host and port.

        Raises:
            LiveServerError: The server does not start, or has ended.
        """
        return f"http://{self._address()}"

    @property
    def live_server_ws_url(self) -> str:
        """Where websockets are served: ``ws://`` and host and port.

        Raises:
            LiveServerError: The server does not start, or has ended.
        """
        return f"ws://{self._address()}"

    @classmethod
    def _serve_application(cls, process: type[Any], static_wrapper: StaticWrapper) -> Site:
        """Serve the application of ``ASGI_APPLICATION``, as the class asks for it.

        Args:
            process: What a server process does: a class with the arguments of
                `channeltest.live.setups.ApplicationProcess`.
            static_wrapper: What serves static files around the application.
        """
        wrapper = static_wrapper if cls.serve_static else None
        if cls.server == "thread":
            return ThreadSite(default_application(wrapper), cls.host, cls.port)
        server = ChildProcess("server", cls.start_method)
        if server.inherits:
            preload_daphne()
        get_application: Callable[[], AnyApplication] = partial(default_application, wrapper)
        if issubclass(process, BaseProcess):
            get_application = partial(_prepared, databases.addresses(), get_application)
        work = process(cls.host, get_application, port=cls.port)
        work.port_storage, work.is_ready = server.reports.port_storage, server.reports.is_ready
        work.databases = databases.addresses()
        work.overridden_settings, work.modified_settings = cls._overrides()
        try:
            server.start(work)
        except BaseException:
            server.stop()
            raise
        return ProcessSite([server])

    def _address(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self._site().port}"

    def _site(self) -> Site:
        """Return the site that runs; the first call starts it."""
        raise NotImplementedError
